def a(): pass
d = {"x": lambda: a()}
d["x"]()
