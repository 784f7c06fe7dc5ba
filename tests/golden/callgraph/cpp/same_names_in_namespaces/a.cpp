#include "a.h"
namespace a {
int Client::get() { return setup(); }
int setup() { return 1; }
}  // namespace a
