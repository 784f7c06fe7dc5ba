class B:
    def m(self): pass
class C(B):
    def m(self):
        B.m(self)
C().m()
