typedef int (*fn)(int);

static int one(int n)
{
    return n;
}

static int two(int n)
{
    return n + 1;
}

static int three(int n)
{
    return n + 2;
}

static fn current;

static void *opaque(void *p)
{
    return p;
}

static int run(int n)
{
    fn f = n ? one : two;
    f(n);
    current = (fn)three;
    if (current)
        n = current(n);
    ((fn)opaque(0))(n);
    return (n > 1 ? one : three)(n);
}

int main(void)
{
    return run((int)1.5);
}
