def a(): pass
def b(): pass
base = [a]
for f in [*base, b]:
    f()
