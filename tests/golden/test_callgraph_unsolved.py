"""Python programs that the graph still gets wrong, each with the right answer: known, and told when one of them is mended."""

import textwrap

import pytest
from callgraph_judging import Edges, edges_in

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

PROGRAMS: dict[str, tuple[str, Edges]] = {
    "a decorator that gives nothing": (
        """
        def drop(function):
            return None
        @drop
        def greet():
            pass
        def use():
            greet()
        """,
        {("m", "m.drop")},
    ),
    "a function that another one binds anew": (
        """
        def first():
            pass
        def second():
            pass
        def rebind():
            global first
            first = second
        rebind()
        def use():
            first()
        """,
        {("m", "m.rebind"), ("m.use", "m.second")},
    ),
    "a name set through globals()": (
        """
        def first():
            pass
        def second():
            pass
        globals()["first"] = second
        def use():
            first()
        """,
        {("m", "<builtin>.globals"), ("m.use", "m.second")},
    ),
    "a function that is deleted behind its caller": (
        """
        def gone():
            pass
        def use():
            gone()
        del gone
        """,
        set(),
    ),
    "registrations of a single dispatch": (
        """
        from functools import singledispatch
        @singledispatch
        def show(value):
            pass
        @show.register
        def show_number(value: int):
            pass
        def use():
            show(1)
        """,
        {("m", "functools.singledispatch"), ("m.use", "m.show_number")},
    ),
}


def found(source: str) -> Edges:
    """The asserted calls of one module `m`, those of members of what lies outside left out."""
    file = LinkFile("m.py", "m", "python", 0, parse(textwrap.dedent(source).encode(), "python"))
    calls = edges_in(dict(Graph(link(lambda: iter([file]))).adjacency(resolution="inferred")))
    return {edge for edge in calls if not edge[1].startswith("functools.singledispatch.")}


@pytest.mark.xfail(reason="not followed yet", strict=True)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_known_mistake_is_still_made(name: str) -> None:
    """When this passes, the program belongs to the suite beside the others."""
    source, answer = PROGRAMS[name]
    assert found(source) == answer
