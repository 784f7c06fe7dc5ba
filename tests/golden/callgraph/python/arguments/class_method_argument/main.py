def a(): pass
class C:
    @classmethod
    def run(cls, f):
        f()
C.run(a)
C().run(a)
