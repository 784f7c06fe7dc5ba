"""Names to nodes: exact and suffix lookup over sorted arrays. Resolves nothing, and knows no likeness (`likeness`)."""

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import numpy as np

from lepasserelle.graph.definitions import NONE
from lepasserelle.model import NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_FEW = 24
"""So many are compared one by one: sooner than columns of them are."""
_NEAR = 32
"""Where the last node of a name is looked for first: few have more."""
_IN_ONE_FORM: Final = frozenset({"python"})
"""Languages whose names are kept in NFKC, however they are written."""


def with_name(graph: "Graph", name: str) -> list[int]:
    """Nodes of exactly this simple name, ascending."""
    return [int(node) for node in nodes_named(graph, name)]


def nodes_named(graph: "Graph", name: str) -> "np.ndarray":
    """The same as a column, shape (nodes,): a view."""
    return nodes_by_name(graph, graph.strings.number(name))


def nodes_by_name(graph: "Graph", number: int) -> "np.ndarray":
    """Nodes whose simple name is this string, ascending, as a column: a view. No string has a negative number."""
    order, name_of = graph.by_name, graph.name_numbers.__getitem__
    start = bisect_left(order, number, key=name_of) if number >= 0 else 0
    stop = bisect_right(order, number, start, min(start + _NEAR, len(order)), key=name_of) if number >= 0 else 0
    if stop == start + _NEAR:
        stop = bisect_right(order, number, stop, key=name_of)
    found: np.ndarray = graph.sections["by_name"][start:stop]
    return found


def find(graph: "Graph", name: str) -> list[int]:
    """Nodes whose qualified name equals the dotted name, then those whose qualified name ends with `.` and it; then those of
    languages that compare names in one form, where the name is written in another.
    """
    found = _written_so(graph, name) if name else []
    compared = name if name.isascii() else normalize("NFKC", name)
    if compared != name:
        others = _written_so(graph, compared)
        found += [node for node in others if node not in found and graph.language(node) in _IN_ONE_FORM]
    return found


def _written_so(graph: "Graph", name: str) -> list[int]:
    """Those whose qualified name is or ends with the name letter by letter."""
    parts = name.split(".")
    exact: list[int] = []
    ending: list[int] = []
    for cut in range(len(parts) - 1, 0, -1):
        nodes = nodes_named(graph, ".".join(parts[cut:]))
        for node in _plausibly_below(graph, nodes, parts[:cut]).tolist():
            qualified = graph.qualified_name(node)
            if qualified == name:
                exact.append(node)
            elif qualified.endswith("." + name):
                ending.append(node)
    nodes = nodes_named(graph, name)
    if len(nodes):
        exact += [node for node in nodes[_may_be_top(graph, nodes)].tolist() if graph.qualified_name(node) == name]
        ending += nodes.tolist()
    exact = sorted(dict.fromkeys(exact))
    ending += _also_named(graph, parts)
    return [*exact, *sorted(set(ending).difference(exact))]


def _also_named(graph: "Graph", parts: list[str]) -> list[int]:
    """Definitions that have the last part as a second name, in something whose qualified name is or ends with the other ones."""
    table, name = graph.sections["also"], graph.strings.number(parts[-1])
    if not len(table) or name < 0:
        return []
    start, stop = np.searchsorted(table[:, 0], [name, name + 1]).tolist()
    nodes: list[int] = table[start:stop, 1].tolist()
    around = ".".join(["", *parts[:-1]])
    return [node for node in nodes if f".{graph.qualified_name(graph.parent(node))}".endswith(around)]


def _plausibly_below(graph: "Graph", nodes: "np.ndarray", prefix: list[str]) -> "np.ndarray":
    """Those of the nodes that stand in something whose name may end with this prefix: few, to be compared in full."""
    if len(nodes) < _FEW:
        return nodes
    parents = graph.hot["parent"][nodes]
    outside, top = graph.hot["kind"][nodes] == NodeKind.EXTERNAL, parents == NONE
    found = top & ~outside
    inside = np.flatnonzero(~outside & ~top)
    above = graph.hot["name"][parents[inside]]
    ends = [graph.strings.number(".".join(prefix[at:])) for at in range(len(prefix))]
    whole = ".".join(prefix)
    found[inside] = np.isin(above, ends) | graph.strings.ending(above, "." + whole)
    outside_at = np.flatnonzero(outside)
    roots = parents[outside_at]
    found[outside_at] = (roots == ends[0]) | graph.strings.ending(roots, "." + whole)
    plausible: np.ndarray = nodes[found]
    return plausible


def _may_be_top(graph: "Graph", nodes: "np.ndarray") -> "np.ndarray":
    """Of each node whether its qualified name may be its simple name: nothing stands before that of a module, of what is outside
    and reached without a prefix, and of what stands in a file whose module has no name.
    """
    if graph.has_nameless_modules:
        return np.ones(len(nodes), dtype=bool)
    parents, kinds = graph.hot["parent"][nodes], graph.hot["kind"][nodes]
    is_top: np.ndarray = np.where(kinds == NodeKind.EXTERNAL, parents == graph.nameless, parents == NONE)
    return is_top
