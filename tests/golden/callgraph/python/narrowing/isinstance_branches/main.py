class A:
    def m(self): pass
class B:
    def m(self): pass
def first(x): x.m()
def second(x): x.m()
def use(x):
    if isinstance(x, A):
        first(x)
    else:
        second(x)
use(A())
use(B())
