def a(): pass
def b(): pass
class C:
    def __init__(self):
        self.fs = [a]
    def add(self, f):
        self.fs.append(f)
    def run(self):
        for f in self.fs:
            f()
c = C()
c.add(b)
c.run()
