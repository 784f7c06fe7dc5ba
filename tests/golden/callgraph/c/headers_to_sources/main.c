#include <stdio.h>

#include "list.h"

int main(void)
{
    struct list *l = list_new(1);
    list_push(l, 2);
    printf("%d\n", list_sum(l));
    return 0;
}
