def a(): pass
def inner(f):
    f()
def outer(f):
    inner(f)
outer(a)
