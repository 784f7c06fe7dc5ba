class Node:
    fields = []
    def __init__(self, *given, **named):
        for name, value in zip(self.fields, given):
            setattr(self, name, value)
        for name, value in named.items():
            setattr(self, name, value)
class Leaf(Node):
    def run(self): pass
class Other(Node):
    def run(self): pass
class Pair(Node):
    fields = ["left", "right"]
    def run(self):
        self.right.run()
        self.extra.run()
given = [Leaf(), Other()]
Pair(*given, extra=Leaf()).run()
