registry = {}
def register(cls):
    registry[cls.name] = cls
    return cls
@register
class A:
    name = "a"
    def m(self): pass
def run(name):
    registry[name]().m()
run("a")
