class A:
    def m(self): pass
class B:
    def m(self): pass
class Holder:
    def __init__(self, held): self.held = held
    def use(self):
        if isinstance(self.held, A):
            len("one")
            self.held.m()
    def other(self):
        if isinstance(self.held, A):
            self.held = B()
            self.held.m()
for each in (A(), B()):
    Holder(each).use()
Holder(A()).other()
