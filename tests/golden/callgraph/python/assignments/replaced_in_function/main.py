def a(): pass
def b(): pass
def run():
    f = a
    f = b
    f()
run()
