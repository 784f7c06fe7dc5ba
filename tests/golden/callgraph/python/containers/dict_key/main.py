def a(): pass
def b(): pass
d = {"a": a, "b": b}
d["b"]()
