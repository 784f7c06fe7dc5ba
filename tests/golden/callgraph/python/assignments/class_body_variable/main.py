def a(): pass
class C:
    f = a
    f()
