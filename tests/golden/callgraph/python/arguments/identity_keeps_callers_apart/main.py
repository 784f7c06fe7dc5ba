def a(): pass
def b(): pass
def same(x):
    return x
def one():
    same(a)()
def two():
    same(b)()
one()
two()
