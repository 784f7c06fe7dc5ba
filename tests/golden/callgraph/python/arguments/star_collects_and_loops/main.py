def a(): pass
def b(): pass
def apply(first, *fs):
    for f in fs:
        f()
apply(a, b)
