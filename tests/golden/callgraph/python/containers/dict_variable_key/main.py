def a(): pass
def b(): pass
d = {"a": a, "b": b}
for k in ["a", "b"]:
    d[k]()
