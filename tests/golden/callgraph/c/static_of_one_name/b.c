static int helper(int n)
{
    return n + 2;
}

static void reset(void)
{
}

int b_run(int n)
{
    reset();
    return helper(n);
}
