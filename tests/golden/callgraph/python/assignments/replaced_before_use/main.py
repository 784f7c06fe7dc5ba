def a(): pass
def b(): pass
f = a
f = b
f()
