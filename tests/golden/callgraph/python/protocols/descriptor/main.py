def a(): pass
class D:
    def __get__(self, instance, owner):
        return a
class C:
    f = D()
C().f()
