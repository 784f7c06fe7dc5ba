class A:
    def m(self): pass
class B:
    def m(self): pass
class C(A):
    def m(self): pass
def only(x):
    if isinstance(x, A):
        return x
    raise TypeError
def one(): only(A()).m()
def two(): only(C()).m()
one()
two()
try:
    only(B())
except TypeError:
    pass
