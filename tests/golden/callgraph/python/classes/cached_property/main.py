import functools
class A:
    def m(self): pass
class C:
    @functools.cached_property
    def a(self):
        return A()
C().a.m()
