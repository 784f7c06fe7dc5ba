def a(): pass
def b(): pass
d = {"a": a, "b": b}
for name, f in d.items():
    f()
