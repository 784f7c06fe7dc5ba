class C:
    def m(self):
        self.n()
    def n(self): pass
def apply(f):
    f()
c = C()
apply(c.m)
