def a(): pass
def apply(f):
    f()
apply(lambda: a())
