def a(): pass
def b(): pass
t = (a, b)
t[0]()
