def a(): pass
class C:
    pass
c = C()
c.f = a
c.f()
