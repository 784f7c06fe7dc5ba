import sys
def a(): pass
def b(): pass
if len(sys.argv) > 100:
    f = a
else:
    f = b
f()
