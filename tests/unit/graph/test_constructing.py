"""Who makes instances of a class, and what that runs, in every language that has constructors."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.constructing import with_constructors
from lepasserelle.graph.impact import reach
from lepasserelle.graph.walks import unreferenced
from lepasserelle.leindex.answers import calls_of
from lepasserelle.leindex.relations import calls_around, way
from lepasserelle.model import Edge, EdgeKind, Resolution
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


HEIRS = {
    "python": "class Base:\n    def __init__(self): pass\nclass Kid(Base): pass\ndef makes():\n    Kid()\n",
    "typescript": "class Base { constructor() {} }\nclass Kid extends Base {}\nfunction makes() { new Kid(); }\n",
    "ruby": "class Base\n  def initialize; end\nend\nclass Kid < Base\nend\ndef makes\n  Kid.new\nend\n",
    "php": "<?php class Base { function __construct() {} }\nclass Kid extends Base {}\nfunction makes() { new Kid(); }\n",
    "swift": "class Base { init() {} }\nclass Kid: Base {}\nfunc makes() { let b = Kid() }\n",
    "java": "class Base { Base() {} }\nclass Kid extends Base {}\nclass Main { void makes() { new Kid(); } }\n",
    "c_sharp": "class Base { public Base() {} }\nclass Kid : Base {}\nclass Main { void makes() { new Kid(); } }\n",
    "cpp": "class Base { public: Base() {} };\nclass Kid : public Base {};\nvoid makes() { new Kid(); }\n",
    "kotlin": "open class Base { constructor() {} }\nclass Kid : Base()\nfun makes() { Kid() }\n",
}
MANNERS = """
class Single(type):
    def __call__(cls, *a): return super().__call__(*a)
class Db(metaclass=Single):
    def __init__(self): pass
class Service(Db): pass
class Base:
    def __init__(self): pass
class Held(Base): pass
class Never(Base): pass
def one(): return Db()
def other(): return Service()
def value():
    k = Held
    return isinstance(k, Held) and k()
"""


@pytest.mark.parametrize("language", list(HEIRS))
def test_a_class_with_an_inherited_constructor_is_used_by_who_makes_it(language: str) -> None:
    """Which class was made is known though the call enters a constructor of another one, and there is one edge of calls."""
    graph = _graph(language, HEIRS[language])
    (kid,) = [node for node in graph.find("Kid") if graph.kind(node).is_type]
    assert "makes" in _ends(list(calls_of(graph, "a.Kid", "in", "exact")), "source")
    assert kid not in unreferenced(graph)
    reached = reach(graph, [kid], 3, Resolution.INFERRED).steps.nodes.tolist()
    assert "makes" in {graph.name(node) for node in reached}
    calls = {edge.target for node in graph.find("makes") for edge in graph.edges(node, EdgeKind.CALLS, "out", "all")}
    assert len(calls) == 1


def test_a_metaclass_and_a_value_tell_which_class_is_made() -> None:
    """The reason says that an instance is made, also where the class is read beside; a class that nobody makes has no callers."""
    graph = _graph("python", MANNERS)

    def makers(name: str) -> set[str]:
        return {edge.source for edge in calls_of(graph, name, "in", "inferred") if edge.reason.startswith("an instance is made")}

    assert (makers("a.Db"), makers("a.Service"), makers("a.Held")) == ({"a.one"}, {"a.other"}, {"a.value"})
    assert makers("a.Never") == makers("a.Base") == set()
    assert [graph.name(node) for node in unreferenced(graph) if graph.kind(node).is_type] == ["Never"]


def test_a_class_is_referenced_where_its_own_constructor_is_entered() -> None:
    """The edge leads to the constructor, and nothing else names the class."""
    graph = _graph("python", PROGRAMS["python"])
    assert graph.find("a.Base")[0] not in unreferenced(graph)
