"""Abstract methods of Python: candidates beside those that say below what they do, and never asserted for a receiver's class."""

import pytest

from lepasserelle.graph import Change, Graph, LinkFile, link, moved
from lepasserelle.graph.walks import unreferenced
from lepasserelle.model import EdgeKind, Sections
from lepasserelle.parse import parse

IMPORT = "from abc import ABC, abstractmethod\n"
BASE = "class Base(ABC):\n    def run(self): self.step()\n"
MARKED = "    @abstractmethod\n    def step(self): pass\n"
RAISES = "    def step(self):\n        raise NotImplementedError('say how')\n"
KID = "class Kid(Base):\n    def step(self): pass\n"


def sections(source: str) -> Sections:
    """A module, linked."""
    return link(lambda: iter([LinkFile("m.py", "m", "python", 0, parse(source.encode(), "python"))]))


def callees(source: str, caller: str = "m.Base.run") -> tuple[list[str], list[str]]:
    """(asserted, only candidates) of a definition."""
    graph = Graph(sections(source))
    asserted = dict(graph.adjacency(resolution="inferred")).get(caller, [])
    return asserted, [name for name in dict(graph.adjacency(resolution="all")).get(caller, []) if name not in asserted]


@pytest.mark.parametrize("method", [MARKED, RAISES])
def test_an_abstract_method_is_a_candidate_beside_what_is_entered(method: str) -> None:
    """An instance of a class that leaves it out is not made, or made to break."""
    assert callees(f"{IMPORT}{BASE}{method}{KID}Kid().run()\n") == (["m.Kid.step"], ["m.Base.step"])


def test_where_nobody_is_known_to_come_all_are_candidates() -> None:
    """The receiver is of a class below that no code here makes run: which of them says nothing."""
    other = "class Other(Base):\n    def run(self): pass\n    def step(self): pass\n"
    assert callees(f"{IMPORT}{BASE}{MARKED}{other}Other()\n") == ([], ["m.Base.step", "m.Other.step"])


@pytest.mark.parametrize(
    "method",
    [
        "    def step(self):\n        if self.x: raise NotImplementedError\n",
        "    def step(self):\n        raise ValueError\n",
        "    def step(self):\n        self.error = NotImplementedError()\n",
        "    def step(self): pass\n",
    ],
)
def test_what_does_something_is_not_abstract(method: str) -> None:
    """A method that raises on one way, or something else, is there to be entered."""
    assert "m.Base.step" in callees(f"{IMPORT}{BASE}{method}{KID}Kid().run()\n")[0]


def test_an_instance_of_a_class_without_more_enters_it() -> None:
    """Who makes one means the call, though it raises; with `ABC` no such instance can be made."""
    plain = BASE.replace("(ABC)", "")
    assert "m.Base.step" in callees(f"{plain}{RAISES}{KID}Kid().run()\nBase().run()\n")[0]
    made = "    @classmethod\n    def of(cls): return cls()\n"
    assert callees(f"{IMPORT}{BASE}{made}{MARKED}{KID}Kid().run()\nBase.of().run()\n")[0] == ["m.Kid.step"]


def test_a_class_that_says_it_is_abstract_again_stands_in_for_nothing() -> None:
    """Only what has something to do is a reason not to enter what stands above."""
    again = KID.replace("def step(self): pass", "def step(self): raise NotImplementedError")
    assert callees(f"{IMPORT}{BASE}{RAISES}{again}")[0] == ["m.Base.step", "m.Kid.step"]


def test_the_reason_says_that_it_is_abstract() -> None:
    """Who asks for candidates is told why they are no more."""
    graph = Graph(sections(f"{IMPORT}{BASE}{MARKED}{KID}Kid().run()\n"))
    run = graph.find("m.Base.run")[0]
    reasons = {edge.target: edge.reason for edge in graph.edges(run, EdgeKind.CALLS, "out", "all")}
    assert reasons["m.Base.step"] == "abstract, or one of those that say below what it does"


def test_what_is_only_a_candidate_is_not_unreferenced() -> None:
    """The method is what the call names, whoever is entered."""
    graph = Graph(sections(f"{IMPORT}{BASE}{MARKED}{KID}Kid().run()\n"))
    assert [graph.qualified_name(node) for node in unreferenced(graph)] == []


def test_a_branch_more_is_an_edit_that_linking_feels() -> None:
    """What raises on one way is not abstract any more: the edges before such an edit are not taken over."""
    before = f"{IMPORT}{BASE}    def step(self):\n        raise NotImplementedError\n{KID}Kid().run()\n"
    after = before.replace("        raise", "        if 1: raise")
    facts = [parse(text.encode(), "python") for text in (before, after)]
    former, fresh = sections(before), sections(after)
    kept = moved(former, [Change(0, *facts)])
    assert kept is None or all(kept[name].tobytes() == fresh[name].tobytes() for name in fresh)
    assert fresh["out_target"].tobytes() != former["out_target"].tobytes()
