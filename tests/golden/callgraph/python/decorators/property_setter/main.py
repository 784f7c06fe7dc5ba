class A:
    @property
    def f(self): return self._f
    @f.setter
    def f(self, value): self._f = value
def a(): return 1
x = A()
x.f = a
x.f()
