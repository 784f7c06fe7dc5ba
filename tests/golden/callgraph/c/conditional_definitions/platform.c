#include "platform.h"

#ifdef _WIN32
static void wait(int ms)
{
    Sleep(ms);
}
#else
static void wait(int ms)
{
    pause_for(ms);
}
#endif

void sleep_ms(int ms)
{
    wait(ms);
}
