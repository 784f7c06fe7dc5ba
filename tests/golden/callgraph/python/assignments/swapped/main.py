def a(): pass
def b(): pass
def one(f):
    f()
def two(f):
    f()
x, y = a, b
x, y = y, x
one(x)
two(y)
