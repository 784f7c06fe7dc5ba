def deco(cls):
    return cls
@deco
class C:
    def m(self): pass
C().m()
