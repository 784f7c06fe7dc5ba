def a(): pass
def apply(f=a):
    f()
apply()
