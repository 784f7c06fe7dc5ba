def a(): pass
d = {}
d.setdefault("a", a)()
