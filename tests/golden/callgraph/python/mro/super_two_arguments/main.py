class B:
    def m(self): pass
class C(B):
    def m(self):
        super(C, self).m()
C().m()
