#ifndef LIST_H
#define LIST_H

struct list {
    struct list *next;
    int value;
};

struct list *list_new(int value);
void list_push(struct list *l, int value);
int list_sum(const struct list *l);

#endif
