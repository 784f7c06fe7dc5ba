"""What the syntax calls on one of more values than are followed."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.value_rounds import MOST_VALUES
from lepasserelle.parse import parse


def graph_of(count: int) -> Graph:
    """The graph of a module in which instances of so many classes flow to one place, from which texts are made."""
    classes = "".join(f"class C{n}:\n    def __str__(self): return ''\n" for n in range(count))
    made = ", ".join(f"C{n}()" for n in range(count))
    source = f"{classes}\ndef told(value):\n    str(value)\n    return f'{{value}}'\nfor each in [{made}]:\n    told(each)\n"
    return Graph(link(lambda: iter([LinkFile("m.py", "m", "python", 0, parse(source.encode(), "python"))])))


def test_a_few_values_are_asserted() -> None:
    """Each of them arrives on a way that the code has."""
    callees = dict(graph_of(3).adjacency(resolution="inferred"))["m.told"]
    assert callees == ["<builtin>.str", "m.C0.__str__", "m.C1.__str__", "m.C2.__str__"]


def test_more_than_are_followed_are_candidates_only() -> None:
    """A place that holds anything says nothing about which method is entered, as for a call that is written."""
    graph = graph_of(MOST_VALUES + 5)
    assert dict(graph.adjacency(resolution="inferred"))["m.told"] == ["<builtin>.str"]
    assert len(dict(graph.adjacency(resolution="all"))["m.told"]) > MOST_VALUES // 2


def callees_of(source: str, caller: str) -> tuple[list[str], list[str]]:
    """(asserted, asserted or candidates) of a definition of a module."""
    graph = Graph(link(lambda: iter([LinkFile("m.py", "m", "python", 0, parse(source.encode(), "python"))])))
    return dict(graph.adjacency(resolution="inferred"))[caller], dict(graph.adjacency(resolution="all"))[caller]


MANY = MOST_VALUES + 5
CLASSES = "".join(f"class C{n}:\n    def __str__(self): return ''\n    def __hash__(self): return {n}\n" for n in range(MANY))
EACH = f"for each in [{', '.join(f'C{n}()' for n in range(MANY))}]:\n    told(each)\n"


@pytest.mark.parametrize(
    "text", ["'%s of %s' % (value, 1)", "str([value])", "f'{[value]}'", "print(value, 1)", "{value: 1}", "{}[value]"]
)
def test_what_holds_or_hashes_more_than_is_followed_has_candidates_only(text: str) -> None:
    """A text of a tuple asks its items, and a key is hashed: each as vague as what lies there."""
    asserted, _ = callees_of(f"{CLASSES}\ndef told(value):\n    return {text}\n{EACH}", "m.told")
    assert [name for name in asserted if name.startswith("m.")] == []


def test_who_has_the_item_is_asserted_whatever_the_key_is() -> None:
    """The key is hashed, by who knows whom; the item is asked of the one that is there."""
    box = "class Box:\n    def __getitem__(self, key): return key\nBOX = Box()\n"
    source = f"{CLASSES}\n{box}def told(value):\n    return BOX[value]\n{EACH}"
    assert callees_of(source, "m.told")[0] == ["m.Box.__getitem__"]


@pytest.mark.parametrize(
    ("display", "is_asserted"), [("{BOX: value}", True), ("{BOX, 1}", True), ("{value: BOX}", False), ("{value, BOX}", False)]
)
def test_only_what_a_display_hashes_counts(display: str, is_asserted: bool) -> None:
    """Values of a dictionary are hashed by nobody: however many they are, the key's own hash is asserted."""
    box = "class Box:\n    def __hash__(self): return 1\nBOX = Box()\n"
    source = f"{CLASSES}\n{box}def told(value):\n    return {display}\n{EACH}"
    assert ("m.Box.__hash__" in callees_of(source, "m.told")[0]) is is_asserted


METHODS = "".join(f"    def visit_{n}(self): return {n}\n" for n in range(MANY))


def test_a_dispatcher_calls_each_member_that_fits() -> None:
    """Who asks for a member by half a name and calls it there goes to each of them, however many there are."""
    source = f"class V:\n{METHODS}    def visit(self, kind):\n        return getattr(self, 'visit_' + kind)()\nV().visit('1')\n"
    asserted, _ = callees_of(source, "m.V.visit")
    assert len(asserted) == MANY + 1


FOUND = """    def found(self, kind):
        return getattr(self, 'visit_' + kind)
    def one(self):
        return self.found('1')()
"""


def test_a_dispatcher_may_have_another_function_find_the_member() -> None:
    """One function that calls what is found for it is a dispatcher in two parts."""
    asserted, _ = callees_of(f"class V:\n{METHODS}{FOUND}V().one()\n", "m.V.one")
    assert len(asserted) == MANY + 1


def test_more_members_that_fit_than_are_followed_are_candidates_of_each_who_calls_what_is_found() -> None:
    """The one that finds them stands for all its callers: who asked for which names is not known any more."""
    source = f"class V:\n{METHODS}{FOUND}    def two(self):\n        return self.found('2')()\nV().one()\nV().two()\n"
    asserted, all_of_them = callees_of(source, "m.V.one")
    assert asserted == ["m.V.found"]
    assert len(all_of_them) == MANY + 1
