class C:
    def m(self): pass
class D:
    def m(self): pass
def use(x):
    x.m()
use(C())
d = D()
