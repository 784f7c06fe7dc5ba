def deco(g):
    def bind(f):
        def wrapper():
            g()
            f()
        return wrapper
    return bind
def b(): pass
@deco(b)
def a(): pass
a()
