class C:
    def __add__(self, other):
        return other
    def m(self): pass
(C() + C()).m()
