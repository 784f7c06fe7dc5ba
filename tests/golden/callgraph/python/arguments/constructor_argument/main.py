def a(): pass
class C:
    def __init__(self, f):
        f()
C(a)
