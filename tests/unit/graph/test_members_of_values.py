"""Members in the flow of values: of containers only those that there are; descriptors for whoever takes them."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse


def _callees(source: str, name: str) -> set[str]:
    file = LinkFile("a.py", "a", "python", 0, parse(source.encode(), "python"))
    graph = Graph(link(lambda: iter([file])))
    return {edge.target for edge in graph.callees(graph.find(name)[0], "inferred")}


def test_a_call_of_what_no_list_has_enters_no_list() -> None:
    """A value that may be a list or an instance: the method that only the instance has is the instance's."""
    source = """
class Model:
    def save(self): pass
    def append(self, what): pass

def use(which):
    found = [] if which else Model()
    found.save()
    found.append(1)
"""
    assert _callees(source, "use") == {"a.Model", "a.Model.save", "a.Model.append", "<list>.append"}


def test_each_place_that_takes_what_a_descriptor_stands_for_is_told() -> None:
    """Places share what is found for a member; that a method is entered by taking it is said at each of them."""
    source = """
class Described:
    def __get__(self, instance, owner=None): return target

def target(): pass

class Model:
    field = Described()

def first():
    model = Model()
    model.field()

def second():
    model = Model()
    model.field()
"""
    for name in ("first", "second"):
        assert {"a.Described.__get__", "a.target"} <= _callees(source, name)
