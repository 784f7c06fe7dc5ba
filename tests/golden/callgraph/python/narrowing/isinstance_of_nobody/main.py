class A:
    def m(self): pass
def use(x):
    if isinstance(x, A):
        x.m()
