class A:
    def m(self): pass
class B:
    def m(self): pass
def use(cls):
    if issubclass(cls, A):
        cls().m()
use(A)
use(B)
