class A:
    def m(self): pass
class B:
    def m(self): pass
def use(x):
    if not isinstance(x, A):
        return None
    return x.m()
use(A())
use(B())
