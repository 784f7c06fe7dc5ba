def a(): pass
d = {name: f for name, f in [("a", a)]}
d["a"]()
