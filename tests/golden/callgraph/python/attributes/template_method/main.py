class B:
    def run(self):
        self.step()
    def step(self): pass
class C(B):
    def step(self): pass
C().run()
B().run()
