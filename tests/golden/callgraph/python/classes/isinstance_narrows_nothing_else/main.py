class A:
    def m(self): pass
class B:
    def n(self): pass
def use(x):
    if isinstance(x, A):
        x.m()
    else:
        x.n()
use(A())
use(B())
