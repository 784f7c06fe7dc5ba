class Token:
    is_group = False
    def m(self): pass
class Asked(Token):
    @property
    def is_group(self): return True
    def m(self): pass
def use(x):
    if x.is_group:
        x.m()
use(Token())
use(Asked())
