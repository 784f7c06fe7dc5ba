def a(self): pass
class C:
    pass
C.f = a
C().f()
