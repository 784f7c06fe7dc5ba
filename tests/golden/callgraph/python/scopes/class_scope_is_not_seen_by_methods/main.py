def helper(): return "module"
class A:
    def helper(self): return "class"
    def run(self):
        return helper()
A().run()
