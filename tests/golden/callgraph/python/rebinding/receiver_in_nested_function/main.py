class A:
    def go(self): return "A"
    def run(self, o):
        def inner(self):
            return self.go()
        return inner(o)
class B:
    def go(self): return "B"
A().run(B())
