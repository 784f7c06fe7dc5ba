def a(): pass
def b(): pass
def all_of():
    return [a, b]
for f in all_of():
    f()
