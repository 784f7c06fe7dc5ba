def a(): pass
def b(): pass
fs = []
fs.append(a)
fs[0]()
