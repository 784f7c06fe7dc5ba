class A:
    def m(self): pass
class B:
    def m(self): pass
class C:
    def m(self): pass
def some(x):
    if isinstance(x, (A, B)):
        x.m()
def others(x):
    if isinstance(x, A) or isinstance(x, B):
        return
    x.m()
for each in (A(), B(), C()):
    some(each)
    others(each)
