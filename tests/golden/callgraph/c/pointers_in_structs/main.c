#include "ops.h"

static int ring(int n)
{
    return n;
}

static int use(struct device *d)
{
    int fd = d->ops->open("x");
    d->notify(fd);
    return d->ops->close(fd);
}

int main(void)
{
    struct device d;
    d.ops = &disk_ops;
    d.notify = ring;
    (*d.notify)(1);
    return use(&d);
}
