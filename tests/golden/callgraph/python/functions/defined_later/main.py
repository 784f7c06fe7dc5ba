def b():
    a()
def a(): pass
b()
