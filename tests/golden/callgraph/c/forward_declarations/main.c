static int even(unsigned n);
static int odd(unsigned n);
extern int twice(int n);
void stop(int code);

static int even(unsigned n)
{
    return n == 0 ? 1 : odd(n - 1);
}

static int odd(unsigned n)
{
    return n == 0 ? 0 : even(n - 1);
}

int main(void)
{
    int local(int);
    even(3);
    stop(1);
    return twice(2) + local(3);
}
