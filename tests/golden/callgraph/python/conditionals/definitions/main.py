import sys
if sys.argv:
    def f():
        a()
else:
    def f():
        b()
def a(): pass
def b(): pass
f()
