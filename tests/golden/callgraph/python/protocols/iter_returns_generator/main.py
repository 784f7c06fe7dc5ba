def a(): pass
class C:
    def __iter__(self):
        yield a
for f in C():
    f()
