def b(): pass
def deco(f):
    return b
@deco
def a(): pass
a()
