class Node: pass
class Where(Node): pass
class Case(Node): pass
class Filter:
    def run(self, node):
        name = f"_do_{type(node).__name__}".lower()
        getattr(self, name, self._default)(node)
    def _do_where(self, node): where(node)
    def _do_case(self, node): case(node)
    def _default(self, node): pass
def where(node): pass
def case(node): pass
f = Filter()
f.run(Where())
f.run(Case())
f.run(Node())
