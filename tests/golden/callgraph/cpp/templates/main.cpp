template <typename T>
T largest(T a, T b) {
    return a < b ? b : a;
}

template <typename T>
class Stack {
  public:
    void push(const T &item) { grow(); items_[0] = item; }
    T &top() { return items_[0]; }
    T convert(int n) { return T(n); }

  private:
    void grow() {}
    T items_[4];
};

struct Item {
    void use() {}
};

template <typename F>
int call(F f) {
    return f(1);
}

template <class T>
void touch(T &t) {
    t.use();
}

int twice(int n) { return 2 * n; }

int main() {
    largest<int>(1, 2);
    largest(3, 4);
    Stack<Item> s;
    s.push(Item());
    s.top().use();
    Item i;
    touch(i);
    return call(twice);
}
