def f():
    a()
def f():
    b()
def a(): pass
def b(): pass
f()
