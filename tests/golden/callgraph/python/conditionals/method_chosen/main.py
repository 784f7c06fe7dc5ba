import sys
class C:
    def a(self): pass
    def b(self): pass
    def run(self):
        f = self.a if sys.argv else self.b
        f()
C().run()
