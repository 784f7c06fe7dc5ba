class Registry:
    def __init__(self):
        self.fs = []
    def register(self, f):
        self.fs.append(f)
        return f
    def run(self):
        for f in self.fs:
            f()
registry = Registry()
@registry.register
def a(): pass
registry.run()
