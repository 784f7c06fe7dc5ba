def base():
    class B:
        def m(self): pass
    return B
class C(base()): pass
C().m()
