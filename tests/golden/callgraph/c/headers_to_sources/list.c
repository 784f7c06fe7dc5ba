#include <stdlib.h>

#include "list.h"

static struct list *alloc(void)
{
    return malloc(sizeof(struct list));
}

struct list *list_new(int value)
{
    struct list *l = alloc();
    l->value = value;
    l->next = NULL;
    return l;
}

void list_push(struct list *l, int value)
{
    l->next = list_new(value);
}

int list_sum(const struct list *l)
{
    return l ? l->value + list_sum(l->next) : 0;
}
