def a(): pass
def b(): pass
class C:
    def __init__(self):
        self.table = {}
    def register(self, name, f):
        self.table[name] = f
    def run(self, name):
        self.table[name]()
c = C()
c.register("a", a)
c.register("b", b)
c.run("a")
c.run("b")
