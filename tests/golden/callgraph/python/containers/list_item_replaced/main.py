def a(): pass
def b(): pass
def c(): pass
fs = [a, b]
fs[0] = c
fs[0]()
