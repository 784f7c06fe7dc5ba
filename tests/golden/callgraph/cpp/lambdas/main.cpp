#include <functional>

int helper(int n) { return n; }

template <class F>
int apply(F f) {
    return f(1);
}

int erased(const std::function<int(int)> &f) { return f(2); }

auto make(int k) {
    return [k](int n) { return helper(n + k); };
}

struct Button {
    std::function<int(int)> on_click;
    int total = 0;
    int helper2() { return total; }
    void bind() {
        auto inner = [this]() { return helper2(); };
        inner();
    }
    int click() { return on_click(3); }
};

int main() {
    auto f = [](int n) { return helper(n); };
    f(1);
    apply(f);
    apply([&](int n) { return f(n); });
    erased(helper);
    auto m = make(2);
    m(3);
    Button b;
    b.on_click = helper;
    return [] { return helper(4); }();
}
