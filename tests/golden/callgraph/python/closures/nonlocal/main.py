def a(): pass
def b(): pass
def outer():
    f = a
    def change():
        nonlocal f
        f = b
    change()
    f()
outer()
