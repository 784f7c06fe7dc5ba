def f(x): return "module"
class A:
    def f(x): return "class"
    values = [f(i) for i in [1]]
