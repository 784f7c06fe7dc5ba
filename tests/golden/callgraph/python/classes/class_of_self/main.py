class C:
    def copy(self):
        return self.__class__()
    def m(self): pass
C().copy().m()
