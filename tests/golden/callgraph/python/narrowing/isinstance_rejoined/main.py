class A:
    def m(self): pass
class B:
    def m(self): pass
def use(x):
    if isinstance(x, A):
        len("one")
    x.m()
def replaced(x):
    if isinstance(x, A):
        x = B()
    x.m()
for each in (A(), B()):
    use(each)
    replaced(each)
