class B:
    def __init__(self, f):
        self.f = f
class C(B):
    def __init__(self, f):
        super().__init__(f)
    def run(self):
        self.f()
def a(): pass
C(a).run()
