class O:
    def m(self): pass
class L(O):
    def m(self):
        super().m()
class R(O):
    def m(self):
        super().m()
class C(L, R):
    def m(self):
        super().m()
C().m()
