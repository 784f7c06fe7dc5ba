def a(): pass
def b(): pass
f = a
del f
f = b
f()
