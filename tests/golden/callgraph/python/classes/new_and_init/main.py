class C:
    def __new__(cls):
        return super().__new__(cls)
    def __init__(self): pass
    def m(self): pass
C().m()
