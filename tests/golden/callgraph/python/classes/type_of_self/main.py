class C:
    def copy(self):
        return type(self)()
    def m(self): pass
class D(C):
    def m(self): pass
D().copy().m()
