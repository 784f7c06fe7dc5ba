def a(): pass
class B:
    def run(self):
        self.f()
class C(B):
    def __init__(self):
        self.f = a
C().run()
