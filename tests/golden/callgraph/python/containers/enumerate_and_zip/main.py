def a(): pass
def b(): pass
for i, f in enumerate([a]):
    f()
for x, y in zip([1], [b]):
    y()
