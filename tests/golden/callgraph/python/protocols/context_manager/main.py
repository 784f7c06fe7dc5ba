def a(): pass
class C:
    def __enter__(self):
        return a
    def __exit__(self, *exc): pass
with C() as f:
    f()
