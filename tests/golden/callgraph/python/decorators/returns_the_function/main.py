def deco(f):
    return f
@deco
def a(): pass
a()
