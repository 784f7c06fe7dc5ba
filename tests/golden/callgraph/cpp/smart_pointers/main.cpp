#include <memory>
#include <vector>

struct Engine {
    void start() { check(); }
    void check() {}
};

struct Car {
    std::unique_ptr<Engine> engine;
    std::vector<std::shared_ptr<Engine>> spares;
    void drive() {
        engine->start();
        for (auto &spare : spares) spare->check();
        spares[0]->start();
        for (const std::shared_ptr<Engine> &e : spares) e->start();
        engine.reset();
    }
};

std::shared_ptr<Engine> build() { return std::make_shared<Engine>(); }

void use(const std::unique_ptr<Engine> &e) { (*e).check(); }

int main() {
    auto car = std::make_unique<Car>();
    car->drive();
    build()->start();
    auto e = build();
    e->check();
    std::unique_ptr<Engine> own(new Engine());
    own->start();
}
