#include <string.h>

typedef int (*handler)(int);

static int add(int n)
{
    return n + 1;
}

static int sub(int n)
{
    return n - 1;
}

static int mul(int n)
{
    return n * 2;
}

static handler table[] = { add, sub };

static const struct command {
    const char *name;
    int (*run)(int);
} commands[] = {
    { "mul", mul },
    { "add", add },
};

static int dispatch(int index, const char *name)
{
    for (unsigned i = 0; i < 2; i++)
        if (!strcmp(commands[i].name, name))
            return commands[i].run(index);
    return table[index](3);
}

int main(void)
{
    handler last = sub;
    handler other[2];
    other[0] = mul;
    last(1);
    other[0](2);
    return dispatch(1, "mul");
}
