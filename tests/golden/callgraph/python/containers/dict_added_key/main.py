def a(): pass
def b(): pass
d = {"a": a}
d["b"] = b
d["b"]()
