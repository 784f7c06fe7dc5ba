def a(): pass
class C:
    def __getattr__(self, name):
        return a
C().anything()
