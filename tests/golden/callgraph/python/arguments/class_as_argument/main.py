class C:
    def __init__(self): pass
    def m(self): pass
def make(cls):
    return cls().m()
make(C)
