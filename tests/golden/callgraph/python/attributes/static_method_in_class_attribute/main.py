def a(): pass
class C:
    f = staticmethod(a)
    def run(self):
        self.f()
C().run()
