def a(): pass
def b(): pass
def apply(f=a):
    f()
apply()
apply(b)
