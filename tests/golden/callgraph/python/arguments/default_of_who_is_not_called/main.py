def a(): pass
class Checker:
    def __init__(self): pass
    def __call__(self, value): pass
def apply(f=a):
    f()
class Field:
    def __init__(self, checker=Checker, *, clean=a, last=None):
        self.checker = checker()
        self.clean = clean
        self.last = last
    def check(self, value):
        self.checker(value)
        self.clean()
