#include <a>
MY_BEGIN
namespace detail
{
//////
// x //

template<typename B, typename C>
class W
{
 void m() {}
};
}
MY_END

#define MY_MARKS \
MY_MARK
namespace other
{
MY_CALLED(1)
struct P
{
 int x;
};
}
