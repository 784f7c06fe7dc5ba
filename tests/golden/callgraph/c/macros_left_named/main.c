#include <stdio.h>

#define SQUARE(x) (multiply((x), (x)))
#define CALL(f, x) f(x)
#define LIMIT 10
#define LOG(...) printf(__VA_ARGS__)
#define DEFINE_GETTER(name) static int get_##name(void) { return 1; }

static int multiply(int a, int b)
{
    return a * b;
}

static int value(void)
{
    return LIMIT;
}

DEFINE_GETTER(size)

int main(void)
{
    LOG("%d", SQUARE(value()));
    CALL(value2, 3);
    return get_size();
}
