def a(): pass
def b(): pass
d = {"a": a, "b": b}
k = "a"
d[k]()
