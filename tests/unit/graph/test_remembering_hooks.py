"""`__getattr__` that puts what it gives where the next read finds it: only the first read of a member enters it."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

HOOK = """class Names:
    def __getattr__(self, name):
        found = made()
        {}
        return found
def made():
    return print
names = Names()
names.first()
early = names.first
def use():
    names.first()
def first_use():
    names.second()
use()
first_use()
"""


def graph_of(line: str) -> Graph:
    """The graph of one module whose hook has this line."""
    files = [LinkFile("main.py", "main", "python", 0, parse(HOOK.format(line).encode(), "python"))]
    return Graph(link(lambda: iter(files)))


@pytest.mark.parametrize("line", ["setattr(self, name, found)", "self.__dict__[name] = found"])
def test_a_read_of_what_is_remembered_has_the_hook_for_a_candidate(line: str) -> None:
    """Whether a read is the first one nobody knows here: the call is one of several, and what it gives is followed all the same."""
    graph = graph_of(line)
    asserted, every = (dict(graph.adjacency(resolution=resolution))["main"] for resolution in ("inferred", "all"))
    assert "main.Names.__getattr__" not in asserted
    assert "main.Names.__getattr__" in every
    assert "<builtin>.print" in asserted


@pytest.mark.parametrize("line", ["setattr(self, name, found)", "self.__dict__[name] = found"])
def test_a_read_in_a_function_is_the_first_one_unless_imports_read_the_name(line: str) -> None:
    """`names.second` is read nowhere else: some run enters the hook there; `names.first` was read while the module ran."""
    asserted = dict(graph_of(line).adjacency(resolution="inferred"))
    assert "main.Names.__getattr__" in asserted["main.first_use"]
    assert "main.Names.__getattr__" not in asserted["main.use"]


@pytest.mark.parametrize("line", ["setattr(name, name, found)", "self.__dict__['found'] = found", "print(self, name, found)"])
def test_a_hook_that_puts_nothing_under_the_name_is_entered_by_each_read(line: str) -> None:
    """What it puts elsewhere no read of the member finds."""
    assert "main.Names.__getattr__" in dict(graph_of(line).adjacency(resolution="inferred"))["main"]
