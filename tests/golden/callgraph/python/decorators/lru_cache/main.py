import functools
@functools.lru_cache(maxsize=None)
def a():
    return b
def b(): pass
a()()
