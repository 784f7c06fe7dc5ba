class Rich:
    def extra(self): pass
    def m(self): pass
class Poor:
    def m(self): pass
class Filled:
    def __init__(self): self.extra = 1
    def m(self): pass
def has(x):
    if hasattr(x, "extra"):
        x.m()
def lacks(x):
    if not hasattr(x, "extra"):
        x.m()
for each in (Rich(), Poor(), Filled()):
    has(each)
    lacks(each)
