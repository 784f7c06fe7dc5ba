def a(): pass
def b(): pass
def c(): pass
x, *rest = a, b, c
rest[0]()
