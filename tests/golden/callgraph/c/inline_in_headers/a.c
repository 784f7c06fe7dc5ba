#include "bits.h"

int a_parity(int n)
{
    return parity(n);
}
