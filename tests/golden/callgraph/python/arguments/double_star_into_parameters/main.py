def a(): pass
def b(): pass
def apply(f, g):
    f()
apply(**{"f": b, "g": a})
