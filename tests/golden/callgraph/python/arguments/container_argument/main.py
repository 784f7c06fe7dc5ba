def a(): pass
def b(): pass
def apply(fs):
    fs[0]()
apply([a, b])
