from functools import partial
def a(): pass
def b(): pass
def apply(f, g):
    g()
p = partial(apply, g=b)
p(a)
