def a(): pass
class C:
    def __init__(self, f):
        self.f = f
    def run(self):
        self.f()
C(a).run()
