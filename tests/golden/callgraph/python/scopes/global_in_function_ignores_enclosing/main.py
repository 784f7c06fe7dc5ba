def f(): return "module"
def outer():
    def f(): return "enclosing"
    def inner():
        global f
        return f()
    return inner()
outer()
