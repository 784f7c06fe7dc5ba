def a(): pass
class B:
    def __init__(self):
        self.f = a
class C(B):
    def run(self):
        self.f()
C().run()
