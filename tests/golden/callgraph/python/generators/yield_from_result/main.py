def a(): pass
def b(): pass
def steps():
    yield b
    return a
def drive():
    done = yield from steps()
    done()
for each in drive():
    each()
