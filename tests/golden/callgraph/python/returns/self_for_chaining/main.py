class C:
    def a(self):
        return self
    def b(self):
        return self
    def c(self): pass
C().a().b().c()
