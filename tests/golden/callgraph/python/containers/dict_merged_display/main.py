def a(): pass
def b(): pass
base = {"a": a}
d = {**base, "b": b}
d["a"]()
