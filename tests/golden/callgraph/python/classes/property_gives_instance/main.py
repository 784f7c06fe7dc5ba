class A:
    def m(self): pass
class C:
    @property
    def a(self):
        return A()
    def run(self):
        self.a.m()
C().run()
