class C:
    def m(self): pass
class D:
    def m(self): pass
def make():
    return D()
make().m()
