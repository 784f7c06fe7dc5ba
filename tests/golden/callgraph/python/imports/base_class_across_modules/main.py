from lib import B
class C(B):
    def step(self): pass
C().run()
