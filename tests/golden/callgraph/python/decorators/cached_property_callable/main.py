import functools
def real(): return 1
class A:
    @functools.cached_property
    def work(self): return real
A().work()
