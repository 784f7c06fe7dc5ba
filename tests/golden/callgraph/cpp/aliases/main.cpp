#include <string>

namespace store {
struct Box {
    void open() {}
    static Box made() { return Box(); }
};

template <class T> struct Shelf {
    T take() { return T(); }
};

using Kept = Box;
using Boxes = Shelf<Box>;
using text_t = std::string;
}

unsigned long use(store::Kept kept, store::Boxes &boxes, store::text_t text) {
    kept.open();
    boxes.take();
    store::Kept::made();
    return text.size();
}

int main() {
    store::Kept kept;
    kept.open();
    store::Boxes boxes;
    return static_cast<int>(use(kept, boxes, "a"));
}
