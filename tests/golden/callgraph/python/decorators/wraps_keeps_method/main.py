import functools
def logged(f):
    @functools.wraps(f)
    def inner(self, *a, **k):
        return f(self, *a, **k)
    return inner
class A:
    @logged
    def run(self): return self.stop()
    @logged
    def stop(self): return 1
A().run()
