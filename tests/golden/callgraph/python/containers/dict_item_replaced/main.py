def a(): pass
def b(): pass
d = {"x": a}
d["x"] = b
d["x"]()
