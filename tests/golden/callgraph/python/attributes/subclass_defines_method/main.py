class B:
    def run(self):
        self.step()
class C(B):
    def step(self): pass
C().run()
