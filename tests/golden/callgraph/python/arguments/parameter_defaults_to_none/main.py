def a(): pass
def b(): pass
def apply(f=None):
    if f is None:
        f = b
    f()
apply()
apply(a)
