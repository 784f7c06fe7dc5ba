class A:
    def m(self): pass
class B:
    def m(self): pass
items = [A(), B()]
def use():
    if isinstance(x := items.pop(), A):
        x.m()
use()
use()
