class Bag:
    def __iter__(self): return iter(())
class Pair:
    def __init__(self, left): self.left = left
    def m(self): pass
def use(x):
    if isinstance(x, (list, tuple)):
        for each in x:
            each.m()
    elif isinstance(x, Bag):
        for each in x:
            pass
    else:
        x.m()
use([Pair(1)])
use(Bag())
use(Pair(2))
