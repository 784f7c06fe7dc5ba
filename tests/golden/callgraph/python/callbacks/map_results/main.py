def a(): pass
def pick(x):
    return a
for f in map(pick, [1]):
    f()
