class C:
    def m(self): pass
def pick(c):
    return c.m
pick(C())()
