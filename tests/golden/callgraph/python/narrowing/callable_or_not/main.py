class Called:
    def __call__(self): pass
    def m(self): pass
class Plain:
    def m(self): pass
def f(): pass
def use(x):
    if callable(x):
        return x()
    return x.m()
for each in (Called(), Plain(), f):
    use(each)
