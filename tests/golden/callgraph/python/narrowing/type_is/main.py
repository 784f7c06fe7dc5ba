class A:
    def m(self): pass
class Below(A):
    def m(self): pass
def exact(x):
    if type(x) is A:
        x.m()
def not_exact(x):
    if type(x) != A:
        x.m()
for each in (A(), Below()):
    exact(each)
    not_exact(each)
