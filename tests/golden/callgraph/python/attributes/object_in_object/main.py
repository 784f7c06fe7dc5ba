class A:
    def m(self): pass
class B:
    def __init__(self, a):
        self.a = a
class C:
    def __init__(self, b):
        self.b = b
    def run(self):
        self.b.a.m()
C(B(A())).run()
