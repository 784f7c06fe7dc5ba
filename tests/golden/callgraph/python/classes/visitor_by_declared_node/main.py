class Node: pass
class Number(Node):
    def value(self): return 1
class Name(Node):
    def value(self): return "n"
class Visitor:
    def visit(self, node: Node):
        return getattr(self, "visit_" + type(node).__name__)(node)
    def visit_Number(self, node: Number):
        return node.value()
    def visit_Name(self, node: Name):
        return node.value()
visitor = Visitor()
visitor.visit(Number())
visitor.visit(Name())
