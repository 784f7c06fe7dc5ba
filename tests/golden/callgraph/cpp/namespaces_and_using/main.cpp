namespace app {
int helper() { return 1; }
namespace net {
int open() { return helper(); }
int close() { return 0; }
}  // namespace net
}  // namespace app

namespace util {
int trim(int n) { return n; }
int helper() { return 2; }
}  // namespace util

namespace un = util;
using app::net::open;

static int local() { return open(); }

namespace app {
int more() { return helper() + net::close(); }
}  // namespace app

int scoped() {
    using namespace util;
    return trim(helper());
}

int main() {
    un::trim(1);
    app::helper();
    ::local();
    return app::more() + scoped();
}
