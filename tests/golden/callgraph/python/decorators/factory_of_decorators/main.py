def decorator(target):
    def decorate(fn):
        held = {"target": target, "fn": fn}
        def outer(*args):
            return held["target"](held["fn"], *args)
        held["outer"] = outer
        return pick(held, "outer")
    return decorate
def pick(held, name):
    return held[name]
def generative(fn, self):
    fn(self)
    return self
def checked(fn, self):
    return fn(self)
class Query:
    @decorator(generative)
    def where(self):
        self.copy()
    def copy(self): pass
class Table:
    @decorator(checked)
    def columns(self):
        self.load()
    def load(self): pass
def one():
    Query().where()
def two():
    Table().columns()
one()
two()
