def a(): pass
class C:
    pass
c = C()
setattr(c, "f", a)
getattr(c, "f")()
