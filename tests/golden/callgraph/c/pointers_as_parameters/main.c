#include <stdlib.h>

typedef int (*compare_fn)(const void *, const void *);

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int descending(const void *a, const void *b)
{
    return ascending(b, a);
}

static int pick(compare_fn compare, int *values)
{
    return compare(values, values + 1);
}

static int outer(int (*compare)(const void *, const void *), int *values)
{
    return pick(compare, values) + (*compare)(values, values);
}

static void each(int *values, int count, void (*visit)(int))
{
    for (int i = 0; i < count; i++)
        visit(values[i]);
}

static void show(int n)
{
}

static compare_fn choose(int up)
{
    return up ? ascending : descending;
}

int main(void)
{
    int values[2] = { 2, 1 };
    pick(ascending, values);
    outer(&descending, values);
    each(values, 2, show);
    choose(1)(values, values);
    qsort(values, 2, sizeof(int), ascending);
    return 0;
}
