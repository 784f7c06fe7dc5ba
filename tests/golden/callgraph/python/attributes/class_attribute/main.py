def a(): pass
class C:
    f = a
C.f()
