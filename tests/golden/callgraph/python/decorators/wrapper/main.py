def deco(f):
    def wrapper():
        f()
    return wrapper
@deco
def a(): pass
a()
