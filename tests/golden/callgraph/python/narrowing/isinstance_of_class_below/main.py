class A:
    def m(self): pass
class Below(A):
    def m(self): pass
class C:
    def m(self): pass
def yes(x):
    if isinstance(x, A):
        x.m()
def no(x):
    if not isinstance(x, Below):
        x.m()
for each in (A(), Below(), C()):
    yes(each)
    no(each)
