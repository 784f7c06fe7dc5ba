class C:
    def __iadd__(self, other):
        return self
    def m(self): pass
c = C()
c += 1
c.m()
