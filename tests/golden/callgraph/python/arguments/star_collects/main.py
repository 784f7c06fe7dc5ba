def a(): pass
def b(): pass
def apply(*fs):
    fs[1]()
apply(a, b)
