def a(): pass
def b(): pass
fs = [lambda: a(), lambda: b()]
fs[1]()
