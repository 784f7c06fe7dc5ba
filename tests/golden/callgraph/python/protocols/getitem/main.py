def a(): pass
class C:
    def __getitem__(self, key):
        return a
C()["x"]()
