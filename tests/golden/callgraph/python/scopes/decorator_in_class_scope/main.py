def mark(f): return f
class A:
    def mark(f): return f
    @mark
    def run(self): return 1
A().run()
