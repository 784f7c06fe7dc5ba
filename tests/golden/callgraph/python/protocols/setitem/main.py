def a(): pass
class C:
    def __setitem__(self, key, value):
        value()
c = C()
c["x"] = a
