class A:
    def go(self): return "A"
    def run(self, others):
        for self in others:
            self.go()
class B:
    def go(self): return "B"
A().run([B()])
