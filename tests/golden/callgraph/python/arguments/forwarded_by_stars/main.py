def a(): pass
def b(): pass
def inner(f, g=None):
    f()
    g()
def outer(*args, **kwargs):
    inner(*args, **kwargs)
outer(a, g=b)
