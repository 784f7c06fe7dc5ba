def a(): pass
def b(): pass
d = {1: a, 2: b}
d[2]()
