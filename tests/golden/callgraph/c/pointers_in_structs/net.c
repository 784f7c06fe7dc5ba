#include "ops.h"

static int net_open(const char *path)
{
    return path == 0;
}

static int net_close(int fd)
{
    return -fd;
}

const struct ops net_ops = { net_open, net_close };
