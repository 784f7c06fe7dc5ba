#include "../common/proto.h"

static void usage(void)
{
}

int main(void)
{
    usage();
    return proto_recv();
}
