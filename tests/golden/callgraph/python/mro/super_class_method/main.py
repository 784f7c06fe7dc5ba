class B:
    @classmethod
    def make(cls):
        return cls()
class C(B):
    @classmethod
    def make(cls):
        return super().make()
    def m(self): pass
C.make().m()
