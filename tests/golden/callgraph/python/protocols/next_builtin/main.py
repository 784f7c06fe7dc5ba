def a(): pass
class C:
    def __next__(self):
        return a
next(C())()
