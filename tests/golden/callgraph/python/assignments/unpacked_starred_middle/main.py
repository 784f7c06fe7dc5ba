def a(): pass
def b(): pass
def c(): pass
x, *rest, y = [a, b, c]
y()
