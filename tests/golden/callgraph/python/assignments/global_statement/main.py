def a(): pass
def b(): pass
f = a
def change():
    global f
    f = b
change()
f()
