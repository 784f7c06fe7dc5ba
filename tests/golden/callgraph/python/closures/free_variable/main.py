def a(): pass
def outer(f):
    def inner():
        f()
    inner()
outer(a)
