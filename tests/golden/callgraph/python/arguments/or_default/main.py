def a(): pass
def b(): pass
def apply(f=None):
    f = f or b
    f()
apply()
apply(a)
