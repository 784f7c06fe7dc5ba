struct Vec {
    int x;
    Vec operator+(const Vec &o) const { return Vec{x + o.x}; }
    int operator[](int i) const { return at(i); }
    int operator()(int n) const { return at(n); }
    int at(int i) const { return x + i; }
    explicit operator bool() const { return at(0) != 0; }
};

int norm(const Vec &v) { return v.x; }

int main() {
    Vec a{1};
    Vec b{2};
    norm(a);
    a(3);
    Vec c = a.operator+(b);
    return c.at(1);
}
