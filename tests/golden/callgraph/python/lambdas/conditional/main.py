import sys
def a(): pass
def b(): pass
f = (lambda: a()) if sys.argv else (lambda: b())
f()
