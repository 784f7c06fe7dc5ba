class Node:
    fields = ()
    def __init__(self, *given):
        for name, value in zip(self.fields, given):
            setattr(self, name, value)
class Expr(Node): pass
class Leaf(Expr):
    def run(self): pass
class Range(Expr):
    def run(self): pass
class Item(Expr):
    fields = ("key",)
    key: Expr
    def run(self): self.key.run()
class Not(Expr):
    fields = ("inner",)
    inner: Expr
    def run(self): self.inner.run()
Item(Range()).run()
Not(Leaf()).run()
