def a(): pass
def b(): pass
def apply(f):
    f = b
    f()
apply(a)
