def a(): pass
class C:
    def f(self): pass
    def __init__(self):
        self.f = a
C().f()
