def outer():
    def f(): return "function"
    class A:
        f = 1
        def run(self): return f()
    return A()
outer().run()
