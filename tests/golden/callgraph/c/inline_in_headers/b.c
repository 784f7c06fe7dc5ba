#include "bits.h"

static int low2(int n)
{
    return low(n) & 2;
}

int main(void)
{
    extern int a_parity(int);
    return low2(3) + a_parity(2);
}
