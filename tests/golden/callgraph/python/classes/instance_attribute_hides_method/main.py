class A:
    def run(self): return 1
def other(): return 2
a = A()
a.run = other
a.run()
