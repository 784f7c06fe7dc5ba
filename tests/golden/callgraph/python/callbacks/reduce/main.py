import functools
def a(x, y):
    return x
functools.reduce(a, [1, 2, 3])
