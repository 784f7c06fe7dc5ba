def a(): pass
def b(): pass
def apply(f, g):
    g()
fs = (a, b)
apply(*fs)
