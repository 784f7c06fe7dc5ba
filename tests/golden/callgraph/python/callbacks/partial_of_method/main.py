from functools import partial
class C:
    def m(self, x): pass
p = partial(C().m, 1)
p()
