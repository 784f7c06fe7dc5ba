def a(): pass
def b(): pass
h = a
def apply(f=h):
    f()
h = b
apply()
