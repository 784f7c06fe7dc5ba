def a(): pass
def b(): pass
def gen():
    yield a
    yield b
g = gen()
for f in g:
    f()
