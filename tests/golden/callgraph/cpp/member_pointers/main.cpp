struct Motor {
    int start() { return 1; }
    int stop() { return 0; }
    int value = 0;
};

int run(Motor &m, int (Motor::*action)()) { return (m.*action)(); }

int main() {
    Motor m;
    int (Motor::*p)() = &Motor::start;
    (m.*p)();
    Motor *q = &m;
    (q->*p)();
    int Motor::*field = &Motor::value;
    return run(m, &Motor::stop) + m.*field;
}
