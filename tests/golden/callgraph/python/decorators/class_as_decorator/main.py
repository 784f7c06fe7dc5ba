class Deco:
    def __init__(self, f):
        self.f = f
    def __call__(self):
        self.f()
@Deco
def a(): pass
a()
