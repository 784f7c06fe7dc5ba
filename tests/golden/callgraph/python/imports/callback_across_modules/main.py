import lib
def a(): pass
lib.apply(a)
