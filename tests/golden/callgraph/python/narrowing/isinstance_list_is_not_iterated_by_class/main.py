class Bag:
    def __iter__(self): return iter(())
def use(x):
    if isinstance(x, list):
        for each in x:
            pass
use([1])
use(Bag())
