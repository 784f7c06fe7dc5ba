def a(): pass
def b(): pass
d = {a: 1, b: 2}
for f in d:
    f()
