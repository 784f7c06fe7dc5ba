def a(): pass
def call(f):
    f()
list(map(call, [a]))
