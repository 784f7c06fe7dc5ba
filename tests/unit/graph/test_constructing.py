"""Who makes instances of a class, and what that runs, in every language that has constructors."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.constructing import with_constructors
from lepasserelle.leindex.answers import calls_of
from lepasserelle.leindex.relations import calls_around, way
from lepasserelle.model import Edge, EdgeKind
from lepasserelle.parse import parse
from lepasserelle.query import compact

PROGRAMS = {
    "python": "class Base:\n    def __init__(self):\n        helps()\ndef helps(): pass\ndef makes():\n    Base()\n",
    "typescript": "class Base { constructor() { helps(); } }\nfunction helps() {}\nfunction makes() { new Base(); }\n",
    "ruby": "class Base\n  def initialize\n    helps\n  end\n  def helps; end\nend\ndef makes\n  Base.new\nend\n",
    "php": "<?php class Base { function __construct() { helps(); } }\nfunction helps() {}\nfunction makes() { new Base(); }\n",
    "swift": "class Base { init() { helps() } }\nfunc helps() {}\nfunc makes() { let b = Base() }\n",
    "java": "class Base { Base() { helps(); } static void helps() {} }\nclass Main { void makes() { new Base(); } }\n",
    "cpp": "void helps() {}\nclass Base { public: Base(); };\nBase::Base() { helps(); }\nvoid makes() { new Base(); }\n",
    "kotlin": "class Base { constructor() { helps() } }\nfun helps() {}\nfun makes() { Base() }\n",
}
NEW = """
class Made:
    def __new__(cls): return object.__new__(cls)
class Both(Made):
    def __init__(self): pass
    class Inner:
        def __init__(self): pass
def makes():
    Made(); Both(); Both.Inner()
"""


def _graph(language: str, text: str) -> Graph:
    return Graph(link(lambda: iter([LinkFile("a", "a", language, 0, parse(text.encode(), language))])))


def _ends(edges: "list[Edge]", end: str) -> set[str]:
    return {getattr(edge, end).rpartition(".")[2] for edge in edges}


@pytest.mark.parametrize("language", list(PROGRAMS))
def test_a_class_is_called_by_who_makes_its_instances(language: str) -> None:
    """Of the class itself no edge says so, and none is invented for the export: the constructor is asked, too."""
    graph = _graph(language, PROGRAMS[language])
    assert "makes" in _ends(list(calls_of(graph, "a.Base", "in", "inferred")), "source")
    assert "helps" in _ends(list(calls_of(graph, "a.Base", "out", "inferred")), "target")
    cls = next(node for node in graph.find("a.Base") if graph.kind(node).is_type)
    assert graph.edges(cls, EdgeKind.CALLS, "in", "all") == []


@pytest.mark.parametrize("language", list(PROGRAMS))
def test_ways_lead_through_classes(language: str) -> None:
    """Making an instance runs what its constructor calls, and so do callers of callers."""
    graph = _graph(language, PROGRAMS[language])
    found = way(graph, "makes", "helps", "calls", "inferred")
    assert found.is_found
    assert way(graph, "makes", "a.Base", "calls", "inferred").is_found
    assert way(graph, "a.Base", "helps", "calls", "inferred").is_found
    assert "makes" in {one.symbol.rpartition(".")[2] for one in calls_around(graph, "a.Base", "in", 2, "inferred")}


def test_each_class_has_its_own_constructors() -> None:
    """`__new__` is one; that of a class inside is not, nor is one that is inherited; and nobody is told twice."""
    graph = _graph("python", NEW)

    def names(*asked: str) -> list[str]:
        nodes = with_constructors(graph, [graph.find(name)[0] for name in asked])
        return [graph.qualified_name(node).removeprefix("a.") for node in nodes]

    assert names("a.Made") == ["Made", "Made.__new__"]
    assert names("a.Both") == ["Both", "Both.__init__"]
    assert names("a.Both.__init__", "a.Both") == ["Both.__init__", "Both"]
    assert names("a.makes") == ["makes"]


def test_a_page_says_which_constructor_was_entered() -> None:
    """The name that was asked for is not the one that the edge leads to."""
    graph = _graph("python", PROGRAMS["python"])
    items = compact.calls(calls_of(graph, "Base", "in", "inferred"), "source", "Base", lambda path: "a")
    assert [item.full for item in items] == ["makes 6 through __init__"]
    items = compact.calls(calls_of(graph, "Base.__init__", "in", "inferred"), "source", "Base.__init__", lambda path: "a")
    assert [item.full for item in items] == ["makes 6"]


def test_a_page_says_a_caller_of_several_definitions_of_one_name_once() -> None:
    """With all lines where it calls any of them."""
    sites = (("a.py", 3),), (("a.py", 3), ("a.py", 9))
    edges = [
        Edge("a.f", f"{of}.url_for", "calls", "exact", "defined in scope", places) for of, places in zip("bc", sites, strict=True)
    ]
    edges.append(Edge("a.f", "d.url_for", "calls", "inferred", "declared type", sites[0]))
    assert [item.full for item in compact.calls(edges, "source", "url_for", lambda path: "a")] == ["f 3,9", "f ~ 3"]
