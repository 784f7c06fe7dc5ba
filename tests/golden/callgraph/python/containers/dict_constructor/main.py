def a(): pass
def b(): pass
d = dict(x=a, y=b)
d["y"]()
