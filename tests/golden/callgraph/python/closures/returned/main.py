def a(): pass
def outer(f):
    def inner():
        f()
    return inner
outer(a)()
