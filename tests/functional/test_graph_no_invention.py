"""Small Python programs in which a name is easily given to the wrong definition: none of these edges may be asserted."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

Program = dict[str, str]


def graph_of(program: Program) -> Graph:
    """A graph of a program given as path → source."""
    files = []
    for path in sorted(program, key=str.encode):
        module = path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
        files.append(LinkFile(path, module, "python", 0, parse(program[path].encode(), "python")))
    return Graph(link(lambda: iter(files)))


def calls(program: Program, resolution: str = "inferred") -> dict[str, list[str]]:
    """The adjacency without those that call nothing."""
    return {caller: callees for caller, callees in graph_of(program).adjacency(resolution=resolution) if callees}


_THREE = "class A:\n    def m(self): pass\nclass B(A):\n    def m(self): pass\nclass C(B):\n"

ASSERTED: dict[str, tuple[Program, dict[str, list[str]]]] = {
    "super of the class around it, in both forms": (
        {"main.py": _THREE + "    def f(self): super().m()\n    def g(self): super(C, self).m()\n"},
        {"main.C.f": ["main.B.m"], "main.C.g": ["main.B.m"]},
    ),
    "super of another class": ({"main.py": _THREE + "    def m(self): super(B, self).m()\n"}, {}),
    "super of a class found at run time": (
        {"main.py": _THREE + "    def m(self): super(type(self), self).m()\n"},
        {"main.C.m": ["<builtin>.type"]},
    ),
    "super of another object": ({"main.py": _THREE + "    def m(self, o): super(C, o).m()\n"}, {}),
}


@pytest.mark.parametrize("name", ASSERTED)
def test_asserted_calls_are_exactly_the_true_ones(name: str) -> None:
    """The adjacency of exact and inferred calls is the written one."""
    program, expected = ASSERTED[name]
    assert calls(program) == expected
