def a(): pass
def gen():
    yield "a", a
for name, f in gen():
    f()
