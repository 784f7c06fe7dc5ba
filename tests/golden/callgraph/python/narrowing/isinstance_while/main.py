class Inner:
    def __init__(self, around): self.around = around
    def m(self): pass
class Outer:
    def m(self): pass
def outermost(x):
    while not isinstance(x, Outer):
        x = x.around
    x.m()
def innermost(x):
    while isinstance(x, Inner):
        x.m()
        x = x.around
outermost(Inner(Inner(Outer())))
innermost(Inner(Outer()))
