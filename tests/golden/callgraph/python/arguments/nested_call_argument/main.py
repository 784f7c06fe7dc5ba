def a(): pass
def pick():
    return a
def apply(f):
    f()
apply(pick())
