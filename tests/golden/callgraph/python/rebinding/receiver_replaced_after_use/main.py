class A:
    def go(self): return "A"
    def run(self, o):
        self.go()
        self = o
        return self.go()
class B:
    def go(self): return "B"
A().run(B())
