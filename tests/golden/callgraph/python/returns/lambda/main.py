def a(): pass
def make():
    return lambda: a()
make()()
