def a(): pass
def apply(*, f):
    f()
apply(f=a)
