#include "core/log.h"
#include "net/socket.h"

int main(void)
{
    log_line(0);
    return socket_open(80);
}
