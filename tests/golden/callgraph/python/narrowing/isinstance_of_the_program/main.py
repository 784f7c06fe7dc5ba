class A:
    def m(self): pass
class B:
    def m(self): pass
def isinstance(value, cls): return True
def use(x):
    if isinstance(x, A):
        x.m()
use(A())
use(B())
