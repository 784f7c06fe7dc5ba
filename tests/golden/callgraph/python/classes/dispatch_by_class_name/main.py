class Visitor:
    def visit(self, node):
        method = "visit_" + node.__class__.__name__
        visitor = getattr(self, method, self.generic_visit)
        return visitor(node)
    def generic_visit(self, node): return 0
    def visit_A(self, node): return 1
    def visit_B(self, node): return 2
class A: pass
Visitor().visit(A())
