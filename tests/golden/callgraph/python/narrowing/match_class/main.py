class A:
    def m(self): pass
class B:
    def m(self): pass
class C:
    def m(self): pass
def use(x):
    match x:
        case A():
            x.m()
        case B() as other:
            first(other)
        case _:
            second(x)
def first(x): x.m()
def second(x): x.m()
for each in (A(), B(), C()):
    use(each)
