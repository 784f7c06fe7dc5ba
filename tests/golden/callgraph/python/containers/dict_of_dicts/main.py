def a(): pass
def b(): pass
d = {"x": {"f": a}, "y": {"f": b}}
d["y"]["f"]()
