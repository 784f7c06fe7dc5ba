class A:
    def m(self): pass
class B:
    def m(self): pass
def use(x, wanted):
    match x:
        case A() if wanted:
            pass
        case _:
            x.m()
use(A(), False)
use(B(), True)
