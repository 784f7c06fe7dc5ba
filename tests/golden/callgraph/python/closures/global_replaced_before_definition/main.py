def a(): pass
def b(): pass
f = a
f = b
def run():
    f()
run()
