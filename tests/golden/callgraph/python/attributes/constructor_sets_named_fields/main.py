class Node:
    fields = ()
    def __init__(self, *given):
        for name, value in zip(self.fields, given):
            setattr(self, name, value)
class Leaf(Node):
    def run(self): pass
class Bare(Node):
    def run(self): pass
class Pair(Node):
    fields = ("left", "right")
    def run(self): self.left.run()
class Swapped(Node):
    fields = ("right", "left")
    def run(self): self.left.run()
class Below(Pair):
    pass
Pair(Leaf(), Bare()).run()
Swapped(Leaf(), Bare()).run()
Below(Swapped(Leaf(), Bare()), Leaf()).run()
