def a(): pass
def b(x): pass
b(a())
