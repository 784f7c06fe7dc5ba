def a(): pass
def b():
    a()
b()
