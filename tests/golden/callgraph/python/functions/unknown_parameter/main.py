def f(): pass
def run(f):
    f()
