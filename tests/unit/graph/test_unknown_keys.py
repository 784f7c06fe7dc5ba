"""Calls of what lies under a key of ECMAScript that is not known: a few functions are asserted, of more it is one of them."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.parse import parse

FEW, MANY = 3, 14


def graph_of(count: int, calls: str) -> Graph:
    """A program of that many functions in one object, and what calls them."""
    functions = "".join(f"function h{n}(x) {{ return {n} }}\n" for n in range(count))
    table = f"const T = {{{', '.join(f'k{n}: h{n}' for n in range(count))}}}\n"
    source = (functions + table + calls).encode()
    return Graph(link(lambda: iter([LinkFile("m.js", "m", "javascript", 0, parse(source, "javascript"))])))


def asserted(graph: Graph, caller: str) -> set[str]:
    """What a function calls for sure."""
    found = graph.callees(graph.find(caller)[0], "inferred")
    return {edge.target for edge in found if edge.target.startswith("m.")}


CALLS = [
    "function call(k) { return T[k](1) }\n",
    "function call(k) { const f = T[k]; return f(1) }\n",
    "function call(k) { for (const k in T) T[k](1) }\n",
]


@pytest.mark.parametrize("calls", CALLS)
def test_a_few_under_an_unknown_key_are_called(calls: str) -> None:
    """Each of them."""
    assert asserted(graph_of(FEW, calls), "call") == {f"m.h{n}" for n in range(FEW)}


@pytest.mark.parametrize("calls", CALLS)
def test_of_many_under_an_unknown_key_one_is_called(calls: str) -> None:
    """None is asserted, and one edge has all of them for candidates."""
    graph = graph_of(MANY, calls)
    assert asserted(graph, "call") == set()
    edges = [edge for edge in graph.callees(graph.find("call")[0]) if edge.resolution == "ambiguous"]
    assert [set(edge.candidates) for edge in edges] == [{f"m.h{n}" for n in range(MANY)}]


def test_under_a_known_key_one_is_called_whatever_else_there_is() -> None:
    """Also where the key comes from a caller."""
    calls = (
        "function call(k) { return T[k](1) }\ncall('k3')\ncall('k4')\nfunction all() { for (const f of Object.values(T)) f(1) }\n"
    )
    graph = graph_of(MANY, calls)
    assert asserted(graph, "call") == {"m.h3", "m.h4"}
    assert asserted(graph, "all") == {f"m.h{n}" for n in range(MANY)}


def test_a_key_made_by_symbol_is_no_unknown_one() -> None:
    """It is one key of its own, wherever it is handed."""
    calls = (
        "const mark = Symbol('mark')\nfunction marked() {}\nT[mark] = marked\n"
        "function call(k) { return T[k](1) }\ncall(mark)\nfunction other() { return T.k1(1) }\nfunction last() { return T.k99() }\n"
    )
    graph = graph_of(MANY, calls)
    assert asserted(graph, "call") == {"m.marked"}
    assert asserted(graph, "other") == {"m.h1"}
    assert asserted(graph, "last") == set()
