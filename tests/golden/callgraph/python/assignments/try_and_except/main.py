def a(): pass
def b(): pass
try:
    f = a
    int("x")
except ValueError:
    f = b
f()
