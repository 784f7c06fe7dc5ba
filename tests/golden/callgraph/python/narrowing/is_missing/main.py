class Missing:
    def m(self): pass
missing = Missing()
class A:
    def m(self): pass
def use(x=missing):
    if x is missing:
        return
    x.m()
def default(x=missing):
    if x is not missing:
        return x
    return A()
use()
use(A())
default().m()
default(A()).m()
