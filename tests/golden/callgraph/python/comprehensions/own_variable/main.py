def a(): pass
def b(): pass
f = a
xs = [f for f in [b]]
f()
