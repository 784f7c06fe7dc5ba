static int size(void)
{
    return 1;
}

static int load(void)
{
    return 2;
}

static int in_block(int on)
{
    if (on) {
        int size = 3;
        on = size;
    }
    return size();
}

static int in_loop(void)
{
    int sum = 0;
    for (int load = 0; load < 3; load++)
        sum += load;
    return sum + load();
}

static int as_parameter(int (*load)(void))
{
    {
        int (*size)(void) = load;
        size();
    }
    return load() + size();
}

static int other(void)
{
    return 3;
}

static int after(void)
{
    int a = size();
    int (*size)(void) = other;
    return a + size();
}

int main(void)
{
    return in_block(1) + in_loop() + as_parameter(other) + after();
}
