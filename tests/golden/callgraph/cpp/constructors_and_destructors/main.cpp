struct Member {
    Member(int n) : n_(n) {}
    int n_;
};

struct Base {
    Base() {}
    explicit Base(int n) { setup(n); }
    ~Base() { teardown(); }
    void setup(int n) {}
    void teardown() {}
};

class Derived : public Base {
  public:
    Derived() : Base(1), m_(2) {}
    Derived(int n) : Derived() { setup(n); }

  private:
    Member m_;
};

Base make() { return Base(3); }

int main() {
    Derived a;
    Derived b(1);
    Derived c{2};
    Base *p = new Base(4);
    delete p;
    auto d = Base(5);
    d.teardown();
    make();
}
