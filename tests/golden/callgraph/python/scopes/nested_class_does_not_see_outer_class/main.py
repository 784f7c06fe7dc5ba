def f(): return "module"
class A:
    def f(): return "outer"
    class B:
        value = f()
