def a(): pass
class C:
    def run(self, f):
        f()
C.run(C(), a)
