class Registry {
  public:
    static Registry &instance() {
        static Registry one;
        count();
        return one;
    }

    static int count() { return size_; }
    void add() {
        this->grow();
        (*this).check();
        Registry::count();
        self().check();
    }
    Registry &self() { return *this; }

  private:
    void grow() { size_++; }
    void check() { count(); }
    static int size_;
};

int Registry::size_ = Registry::count();

int count() { return 7; }

int main() {
    Registry::instance().add();
    Registry &r = Registry::instance();
    r.self().add();
    return Registry::count() + count();
}
