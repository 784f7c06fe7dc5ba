import functools
def a(x, y): pass
p = functools.partial(a, 1)
p(2)
