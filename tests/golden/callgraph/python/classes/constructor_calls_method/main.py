class C:
    def __init__(self):
        self.m()
    def m(self): pass
C()
