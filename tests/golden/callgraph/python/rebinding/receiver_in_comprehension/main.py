class A:
    def go(self): return "A"
    def run(self, others):
        found = [self.go() for self in others]
        self.stop()
        return found
    def stop(self): pass
class B:
    def go(self): return "B"
A().run([B()])
