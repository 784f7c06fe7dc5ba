def a(): pass
def gen():
    f = yield
    f()
    yield
g = gen()
next(g)
g.send(a)
