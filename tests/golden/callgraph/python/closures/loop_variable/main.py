def a(): pass
def b(): pass
fs = []
for f in [a, b]:
    fs.append(lambda f=f: f())
for g in fs:
    g()
