def a(): pass
def gen(f):
    yield f
for g in gen(a):
    g()
