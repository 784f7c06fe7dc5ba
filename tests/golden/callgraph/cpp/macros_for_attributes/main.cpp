#include "worker.h"
#include <chrono>

int half(double value) { return static_cast<int>(value) / 2; }

int main() {
    auto made = std::make_shared<lib::details::worker>("a");
    made->run();
    std::chrono::duration<double> wait(0.5);
    lib::details::worker::base_name("p");
    const char *text = reinterpret_cast<const char *>(&wait);
    return half(static_cast<double>(text[0]));
}
namespace std { template <> struct hash<lib::base_worker> { int operator()(int v) const { return v; } }; }
