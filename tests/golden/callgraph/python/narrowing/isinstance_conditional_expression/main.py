class A:
    def m(self): pass
class B:
    def m(self): pass
def first(x): x.m()
def second(x): x.m()
def use(x):
    return first(x) if isinstance(x, A) else second(x)
use(A())
use(B())
