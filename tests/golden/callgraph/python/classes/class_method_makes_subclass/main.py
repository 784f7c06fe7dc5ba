class B:
    @classmethod
    def make(cls):
        return cls()
    def m(self): pass
class C(B):
    def m(self): pass
C.make().m()
