class A:
    def m(self): pass
class B:
    def m(self): pass
def use(x):
    if isinstance(x, B):
        raise TypeError
    x.m()
use(A())
try:
    use(B())
except TypeError:
    pass
