handlers = {}
def register(name):
    def keep(f):
        handlers[name] = f
        return f
    return keep
@register("a")
def on_a(): return 1
@register("b")
def on_b(): return 2
on_a()
handlers["b"]()
