def a(): pass
def b(): pass
d = {"a": a}
d.get("a")()
d.get("z", b)()
