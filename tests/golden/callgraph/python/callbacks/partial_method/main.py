import functools
class C:
    def set(self, f, g):
        f()
        g()
    on = functools.partialmethod(set, lambda: a())
def a(): pass
def b(): pass
def use():
    return C().on(b)
use()
