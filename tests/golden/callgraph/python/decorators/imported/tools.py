def deco(f):
    def wrapper():
        f()
    return wrapper
