#include "platform.h"

int main(void)
{
    sleep_ms(1);
#ifdef DEBUG
    trace();
#endif
    return 0;
}
