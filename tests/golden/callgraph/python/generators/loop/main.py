def a(): pass
def gen():
    yield a
for f in gen():
    f()
