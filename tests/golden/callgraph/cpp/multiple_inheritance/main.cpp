struct Reader {
    virtual int read() { return 1; }
    void close() {}
};

struct Writer {
    virtual int write() { return 2; }
    void flush() {}
};

struct File : public Reader, protected Writer {
    int read() override { return Reader::read() + write(); }
    int sync() {
        flush();
        close();
        return Writer::write();
    }
};

struct Log : File {
    int write() override { return 3; }
};

int main() {
    File f;
    f.read();
    f.close();
    Log l;
    l.sync();
    Reader *r = &f;
    return r->read();
}
