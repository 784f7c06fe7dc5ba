class A:
    def m(self): pass
class B:
    def m(self): pass
def of_one(items):
    return [x.m() for x in items if isinstance(x, A)]
def kept(items):
    found = []
    for x in items:
        if isinstance(x, B):
            found.append(x)
    return found
everything = [A(), B()]
of_one(everything)
for x in kept(everything):
    x.m()
