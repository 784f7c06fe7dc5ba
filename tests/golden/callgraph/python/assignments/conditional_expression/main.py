import sys
def a(): pass
def b(): pass
f = a if sys.argv else b
f()
