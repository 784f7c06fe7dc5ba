class C:
    def m(self):
        self.n()
    def n(self): pass
f = C().m
f()
