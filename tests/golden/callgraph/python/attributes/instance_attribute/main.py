def a(): pass
class C:
    def __init__(self):
        self.f = a
    def run(self):
        self.f()
C().run()
