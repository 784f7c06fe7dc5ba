class C:
    def __init__(self):
        self.table = {"one": self.one, "two": self.two}
    def one(self): pass
    def two(self): pass
    def run(self, name):
        self.table[name]()
C().run("one")
C().run("two")
