class A:
    def go(self): return "A"
    def run(self, o):
        return (lambda self: self.go())(o)
class B:
    def go(self): return "B"
A().run(B())
