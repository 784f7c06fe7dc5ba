static int helper(int n)
{
    return n + 1;
}

int a_run(int n)
{
    return helper(n);
}
