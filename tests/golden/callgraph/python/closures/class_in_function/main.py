def make(f):
    class C:
        def run(self):
            f()
    return C
def a(): pass
make(a)().run()
