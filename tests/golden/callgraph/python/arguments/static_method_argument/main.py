def a(): pass
class C:
    @staticmethod
    def run(f):
        f()
C.run(a)
