class Mixin:
    def run(self):
        self.step()
class B:
    def step(self): pass
class C(Mixin, B): pass
C().run()
