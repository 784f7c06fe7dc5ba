def a(): pass
def b(): pass
f = None or b
f()
