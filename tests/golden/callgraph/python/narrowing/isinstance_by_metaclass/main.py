class Meta(type):
    def __instancecheck__(cls, value): return True
class Anything(metaclass=Meta): pass
class A:
    def m(self): pass
def use(x):
    if isinstance(x, Anything):
        x.m()
use(A())
