import functools
def deco(f=None, *, g=None):
    if f is None:
        return functools.partial(deco, g=g)
    def wrapper():
        f()
    return wrapper
@deco(g=1)
def a(): pass
@deco
def b(): pass
a()
b()
