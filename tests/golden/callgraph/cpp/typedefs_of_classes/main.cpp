// Classes by the names that `typedef` gives them; pointers and functions by such names make nothing.
struct Shape {
    Shape(int size) : size(size) {}
    int area() { return size; }
    int size;
};

template <class T> struct Box {
    Box(T held) : held(held) {}
    T get() { return held; }
    T held;
};

typedef Shape Figure;
typedef Box<int> Crate;
typedef class Tool {
  public:
    Tool() {}
    int use() { return 1; }
} Hammer;
typedef struct hidden *handle;
typedef int (*step)(int);

int from_name() { return Figure(3).area(); }

int from_template() {
    Crate crate(4);
    return Crate(5).get() + crate.get();
}

int from_class() {
    Hammer hammer;
    return hammer.use() + Hammer().use();
}

handle from_pointer(void *given) { return handle(given); }

int from_function(void *given) { return step(given) != nullptr; }
