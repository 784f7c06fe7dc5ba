def a(): pass
def b(): pass
d = {"a": a, "b": b}
for f in d.values():
    f()
