from functools import partial
def a(): pass
def apply(f):
    f()
partial(apply, a)()
