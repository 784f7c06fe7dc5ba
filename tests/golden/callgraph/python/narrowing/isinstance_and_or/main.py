class A:
    def m(self): pass
class B:
    def m(self): pass
def both(x):
    return isinstance(x, A) and x.m()
def either(x):
    return isinstance(x, A) or x.m()
for each in (A(), B()):
    both(each)
    either(each)
