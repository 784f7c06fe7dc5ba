def a(): pass
def b(): pass
def run():
    n = 2
    f = a
    while n:
        f()
        f = b
        n -= 1
    f()
run()
