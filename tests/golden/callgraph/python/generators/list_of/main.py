def a(): pass
def gen():
    yield a
list(gen())[0]()
