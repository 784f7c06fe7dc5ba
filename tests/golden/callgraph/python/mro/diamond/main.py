class O:
    def m(self): pass
class L(O): pass
class R(O):
    def m(self): pass
class C(L, R): pass
C().m()
