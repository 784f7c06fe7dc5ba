class A:
    def m(self): pass
class B:
    def m(self): pass
def use(x):
    if isinstance(x, A):
        def later():
            x.m()
        return later
    return str
for each in (A(), B()):
    use(each)()
