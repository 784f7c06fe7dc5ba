class C:
    def __call__(self, f):
        f()
def a(): pass
c = C()
c(a)
