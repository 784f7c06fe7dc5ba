def a(): pass
def outer():
    def a(): pass
    a()
outer()
a()
