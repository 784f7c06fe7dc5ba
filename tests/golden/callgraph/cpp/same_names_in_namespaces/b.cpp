#include "b.h"
int b::Client::get() { return b::setup(); }
int b::setup() { return 2; }
