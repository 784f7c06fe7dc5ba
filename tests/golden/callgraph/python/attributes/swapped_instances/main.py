class A:
    def m(self): pass
class B:
    def m(self): pass
class Holder:
    def __init__(self, x):
        self.x = x
    def run(self):
        self.x.m()
Holder(A()).run()
Holder(B()).run()
