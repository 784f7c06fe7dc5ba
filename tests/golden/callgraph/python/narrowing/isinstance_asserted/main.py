class A:
    def m(self): pass
class B:
    def m(self): pass
def use(x):
    assert isinstance(x, A)
    x.m()
use(A())
try:
    use(B())
except AssertionError:
    pass
