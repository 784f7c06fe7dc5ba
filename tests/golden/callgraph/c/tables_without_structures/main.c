typedef int (*step)(int);

static int up(int n)
{
    return n + 1;
}

static int down(int n)
{
    return n - 1;
}

static int stay(int n)
{
    return n;
}

static step steps[] = { up, down };
static const step fixed[2] = { [0] = up, [1] = stay };
int (*spelled[])(int) = { down };

static int at(int i)
{
    return steps[i](1);
}

static int through(int i)
{
    return (*steps[i])(1);
}

static int taken(int i)
{
    step s = steps[i];
    return s(1);
}

static int placed(int i)
{
    return fixed[i](1);
}

static int written(void)
{
    return spelled[0](1);
}

static int inner(void)
{
    static step own[] = { stay };
    return own[0](1);
}

static int given(const step *table, int i)
{
    return table[i](1);
}

int main(void)
{
    return at(0) + through(0) + taken(1) + placed(0) + written() + inner() + given(fixed, 0);
}
