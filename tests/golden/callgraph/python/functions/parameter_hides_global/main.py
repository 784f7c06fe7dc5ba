def f(): pass
def g(): pass
def run(f):
    f()
run(g)
