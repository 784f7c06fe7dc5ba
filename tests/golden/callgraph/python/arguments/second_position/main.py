def a(): pass
def b(): pass
def apply(x, f):
    f()
apply(a, b)
