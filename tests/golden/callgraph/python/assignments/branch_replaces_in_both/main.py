import sys
def a(): pass
def b(): pass
def c(): pass
f = a
if len(sys.argv) > 100:
    f = b
else:
    f = c
f()
