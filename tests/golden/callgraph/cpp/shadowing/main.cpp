int size() { return 1; }
int load() { return 2; }

struct Box {
    int size() { return 3; }
    int load_ = 0;
    int both() { return size() + ::size(); }
    int local() {
        if (int load = size()) return load;
        return load();
    }
};

int blocks() {
    for (int size = 0; size < 2; ++size) {
        int load = size;
        (void)load;
    }
    {
        auto load = [] { return 5; };
        load();
    }
    return size() + load();
}

int main() {
    Box b;
    b.both();
    b.local();
    auto f = [](int size) { return size + load(); };
    f(1);
    return blocks() + size();
}
