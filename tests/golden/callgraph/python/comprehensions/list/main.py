def a(): pass
def b(): pass
[f() for f in [a, b]]
