#include "log.h"

void log_line(int n)
{
    write_all(n);
}

static void write_all_here(void)
{
    log_line(1);
}

void log_init(void)
{
    write_all_here();
}
