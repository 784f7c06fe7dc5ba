int twice(int n)
{
    return 2 * n;
}

int local(int n)
{
    return n;
}

void stop(int code)
{
    _exit_hook(code);
}
