struct Shape {
    virtual ~Shape() {}
    virtual double area() const = 0;
    virtual void draw() { area(); }
    double twice() const { return 2 * area(); }
};

struct Circle : Shape {
    double area() const override { return 3; }
};

struct Square : public Shape {
    double area() const override { return 4; }
    void draw() override { Shape::draw(); }
    double twice() const { return 8; }
};

struct Farm {
    double area() const { return 100; }
};

double total(const Shape &s) { return s.area() + s.twice(); }
void show(Shape *s) { s->draw(); }

int main() {
    Farm f;
    total(Circle{});
    show(new Square);
    return f.area();
}
