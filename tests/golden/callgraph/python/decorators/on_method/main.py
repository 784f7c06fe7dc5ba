def deco(f):
    def wrapper(self):
        return f(self)
    return wrapper
class C:
    @deco
    def m(self):
        self.n()
    def n(self): pass
C().m()
