def a(): pass
for f in filter(lambda x: x, [a]):
    f()
