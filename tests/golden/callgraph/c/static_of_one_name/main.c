int a_run(int n);
int b_run(int n);

void reset(void)
{
}

int main(void)
{
    reset();
    return a_run(1) + b_run(2);
}
