#ifndef BITS_H
#define BITS_H

static inline int low(int n)
{
    return n & 1;
}

static inline int parity(int n)
{
    return low(n) ^ low(n >> 1);
}

#endif
