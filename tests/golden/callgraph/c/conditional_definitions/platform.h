#ifdef _WIN32
void sleep_ms(int ms);
#else
void sleep_ms(int ms);
#endif
