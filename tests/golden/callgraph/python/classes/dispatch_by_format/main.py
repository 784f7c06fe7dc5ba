class Visitor:
    def visit(self, node):
        return getattr(self, f"visit_{node}")()
    def visit_a(self): return 1
    def visit_b(self): return 2
    def other(self): return 3
Visitor().visit("a")
