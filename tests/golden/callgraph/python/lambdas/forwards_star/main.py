def a(): pass
def apply(f):
    f()
g = lambda *args: apply(*args)
g(a)
