def inner():
    while True:
        got = yield
        if got is None:
            return
        got()
def outer():
    yield from inner()
def one(): pass
def two(): pass
g = outer()
next(g)
g.send(one)
g.send(two)
