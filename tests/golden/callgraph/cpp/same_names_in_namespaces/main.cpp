#include "a.h"
#include "b.h"

struct Both {
    a::Client left;
    b::Client right;
    int get() { return left.get() + right.get(); }
};

namespace {
int setup() { return 3; }
}  // namespace

int main() {
    Both both;
    using b::Client;
    Client c;
    c.get();
    both.left.get();
    return both.get() + setup() + a::setup();
}
