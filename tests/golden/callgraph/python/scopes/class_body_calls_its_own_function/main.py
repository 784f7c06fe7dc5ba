def helper(): return "module"
class A:
    def helper(): return "class"
    value = helper()
    def other(self): return 1
