class A:
    def m(self): pass
class B:
    def m(self): pass
def use(items):
    for x in items:
        if isinstance(x, A):
            continue
        x.m()
use([A(), B()])
