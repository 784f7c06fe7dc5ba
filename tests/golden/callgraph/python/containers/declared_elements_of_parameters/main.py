from collections.abc import Iterable, Mapping, Sequence
class Node:
    def visit(self): pass
    def name(self): pass
class Leaf(Node):
    def visit(self): pass
def every(nodes: Iterable[Node]):
    for node in nodes:
        node.visit()
def first(nodes: Sequence[Leaf]):
    return nodes[0].visit()
def named(nodes: Mapping[str, Node], maybe: set[Node] | None = None):
    for node in nodes.values():
        node.name()
    for node in maybe or ():
        node.name()
def given(nodes: list[Node]):
    for node in nodes:
        node.visit()
def nothing(nodes: list):
    for node in nodes:
        node.visit()
given([Leaf()])
