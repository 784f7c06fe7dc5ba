class A:
    def m(self): pass
class B:
    def m(self): pass
class C:
    def m(self): pass
def use(x):
    if isinstance(x, A):
        pass
    elif isinstance(x, B):
        pass
    else:
        x.m()
for each in (A(), B(), C()):
    use(each)
