def a(): pass
def b(): pass
d = {"a": a}
d.update({"b": b})
d["b"]()
