class C:
    def m(self): pass
    n = m
C().n()
