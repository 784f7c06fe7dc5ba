class Other:
    def run(self): return 2
class A:
    def __new__(cls): return Other()
    def run(self): return 1
A().run()
