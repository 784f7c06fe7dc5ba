class Mark:
    def m(self): pass
first = Mark()
second = Mark()
def use(x):
    if x is first:
        return
    x.m()
use(first)
use(second)
