def a(): pass
def outer():
    def inner():
        f()
    f = a
    inner()
outer()
