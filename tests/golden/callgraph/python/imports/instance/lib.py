class C:
    def m(self): pass
thing = C()
