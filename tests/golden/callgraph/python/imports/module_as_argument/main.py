import lib
def use(m):
    m.f()
use(lib)
