"""Which edges run code: calls, and reads and writes of what is a function behind a name that is used like a variable.

An accessor (`@property`, `get`, a computed property) is read, not called, so that its edges are `reads` and `writes`; that is kept,
and who asks who runs a definition is given them beside the calls. Reads; never resolves. Invariants: an edge keeps its kind, and a
function that is only mentioned as a value (`sorted(key=f)`) is not run by that. Who makes an instance of a class by a constructor
that is not its own reads the class, and is told with its callers; what it runs is that constructor.
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.answers import ends, outgoing, selected, source_lines
from lepasserelle.graph.edge_lists import edge_list
from lepasserelle.graph.incident import incident, sources_of
from lepasserelle.graph.layout import MAKING, SET_BIT, Reason
from lepasserelle.graph.spans import Numbers
from lepasserelle.model import Edge, EdgeKind, NodeFlag, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph

_ACCESSOR: Final = int(NodeFlag.ACCESSOR)
_ORDER: Final[dict[int, int]] = {EdgeKind.CALLS: 1, EdgeKind.READS: 2, EdgeKind.WRITES: 3}
_PLACE: Final = np.array([_ORDER.get(kind, 0) for kind in range(256)], dtype=np.uint8)
_MAKES: Final = np.array([reason in MAKING for reason in range(256)])
"""An edge of such a reason makes an instance of the class that it reads: that runs a constructor of another class."""
_NAMED: Final = frozenset({Reason.SCOPE, Reason.IMPORT, Reason.MEMBER})
"""How Python reaches a property without an instance (`@p.setter`, `Cart.total`): that gives the property, and runs nothing."""
_MOST_NAMES: Final = 4
"""Candidates of which the name is asked: nearly always it is the same."""
_TAKES_A_VALUE: Final = re.compile(r"[\w\s]*\bset\s+[^\s(]|[^(]*\([^()]*,")
"""A head that takes what is written: `set total(v)`, `def total(self, value)`."""


def entries(graph: "Graph", nodes: Sequence[int], direction: "Direction", strongest: Resolution) -> list[Edge]:
    """What runs these nodes (`in`) or what they run (`out`) as records, each of its own kind: node by node, of each sorted by the
    other end's name, without repetition.
    """
    column = np.asarray(nodes, dtype=np.int64)
    return edge_list(graph, *_running(graph, column, direction, strongest), direction)


def entered(graph: "Graph", node: int, direction: "Direction", strongest: Resolution) -> list[int]:
    """The other ends of `entries` of a node, ascending, each once; of candidates that are read only those that this runs."""
    edges, _ = _running(graph, np.array([node]), direction, strongest)
    if direction == "in":
        callers: list[int] = np.unique(sources_of(graph, edges)).tolist()
        return callers
    found: set[int] = set()
    runs = _Runs(graph)
    for edge in edges.tolist():
        is_call = graph.edge_types[graph.types[edge]][0] == EdgeKind.CALLS
        found.update(ends(graph, edge) if is_call else runs(edge, ends(graph, edge)))
    return sorted(found)


def sites(graph: "Graph", node: int, strongest: Resolution) -> Iterator[tuple[int, bool, list[int]]]:
    """(other end, whether it is called, lines) of all that a node runs; not called are accessors, of which one line may run the
    getter and the setter beside it. Of several that are asserted together (definitions of one name) each is told.
    """
    lines = dict(source_lines(graph, node))
    for edge in _running(graph, np.array([node]), "out", strongest)[0].tolist():
        is_call = graph.edge_types[graph.types[edge]][0] == EdgeKind.CALLS
        for end in ends(graph, edge):
            for target in [end] if is_call else _pair(graph, end):
                yield target, is_call, lines[edge]


def possible(graph: "Graph", node: int, at: Container[int]) -> Iterator[tuple[str, int]]:
    """(name, line) of what a node calls, in some lines, that several could answer."""
    lines: dict[int, list[int]] | None = None
    for edge in selected(graph, outgoing(graph, node), EdgeKind.CALLS, Resolution.AMBIGUOUS):
        if graph.edge_types[graph.types[edge]][1] == Resolution.AMBIGUOUS:
            lines = dict(source_lines(graph, node)) if lines is None else lines
            for line in lines[edge]:
                if line in at:
                    yield from ((graph.name(end), line) for end in ends(graph, edge)[:_MOST_NAMES])


def mentions(graph: "Graph", node: int, kind: NodeKind) -> Iterator[tuple[int, list[int]]]:
    """(other end, lines) of what of a kind a node reads and no accessor is: a method that is handed on."""
    lines = dict(source_lines(graph, node))
    for edge in selected(graph, outgoing(graph, node), EdgeKind.READS, Resolution.INFERRED):
        target = graph.targets[edge]
        if not target & SET_BIT and graph.kind(target) is kind and not graph.flags(target) & _ACCESSOR:
            yield target, lines[edge]


def _pair(graph: "Graph", node: int) -> list[int]:
    """An accessor and those of its name and class."""
    parent, name = graph.parent(node), graph.name(node)
    if parent < 0 or not graph.kind(parent).is_type:
        return [node]
    found, other, last = [node], parent + 1, graph.lines(parent)[1]
    while other < graph.definition_count and graph.file_of(other) == graph.file_of(node) and graph.lines(other)[0] <= last:
        if other != node and graph.parent(other) == parent and graph.flags(other) & _ACCESSOR and graph.name(other) == name:
            found.append(other)
        other += 1
    return found


def _running(graph: "Graph", nodes: Numbers, direction: "Direction", strongest: Resolution) -> tuple[Numbers, Numbers]:
    """(edges, of which of the nodes each is), node by node, of each calls before reads before writes."""
    edges, owners = incident(graph, nodes, direction)
    if not len(edges):
        return edges, owners
    kinds, resolutions, reasons = graph.sections["edge_types"].T
    place = np.where(resolutions <= strongest, _PLACE[kinds], 0)[graph.out_type[edges]]
    chosen = place == _ORDER[EdgeKind.CALLS]
    if direction == "in":
        chosen |= ((resolutions <= strongest) & _MAKES[reasons])[graph.out_type[edges]]
    touches = np.flatnonzero((place > 0) & ~chosen & _may_run(graph, edges, nodes[owners], direction))
    runs = _Runs(graph)
    for at in touches.tolist():
        edge = int(edges[at])
        chosen[at] = bool(runs(edge, [int(nodes[owners[at]])] if direction == "in" else ends(graph, edge)))
    kept = np.flatnonzero(chosen)
    if len(touches):
        kept = kept[np.lexsort((place[kept], owners[kept]))]
    return edges[kept], owners[kept]


def _may_run(graph: "Graph", edges: Numbers, owners: Numbers, direction: "Direction") -> NDArray[np.bool_]:
    """Of each edge whether an accessor may be what it reads or writes."""
    if direction == "in":
        own: NDArray[np.bool_] = graph.flag_bits[owners] & _ACCESSOR != 0
        return own
    targets = graph.out_target[edges]
    is_set = targets >= SET_BIT
    found: NDArray[np.bool_] = is_set | (graph.flag_bits[np.where(is_set, 0, targets)] & _ACCESSOR != 0)
    return found


class _Runs:
    """Those of the targets of a read or write that it runs; whether an accessor takes what is written is found out once."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph
        self._takes: dict[int, bool] = {}

    def __call__(self, edge: int, targets: Sequence[int]) -> list[int]:
        return [node for node in targets if self._graph.flags(node) & _ACCESSOR and self._is_run(edge, node)]

    def _is_run(self, edge: int, node: int) -> bool:
        graph = self._graph
        if graph.kind(node) is NodeKind.PROPERTY:
            return True
        kind, _, reason = graph.edge_types[graph.types[edge]]
        if graph.language(node) == "python" and reason in _NAMED:
            return False
        if kind == EdgeKind.READS:
            return True
        takes = self._takes.get(node)
        if takes is None:
            takes = self._takes[node] = _takes_writes(graph, node)
        return takes


def _takes_writes(graph: "Graph", node: int) -> bool:
    """Whether writing an accessor that is a method runs it: it takes a value, or the class has its setter beside it. What has none
    (`cached_property`) is replaced by the value.
    """
    if _TAKES_A_VALUE.match(graph.signature(node)):
        return True
    parent, name, other = graph.parent(node), graph.name(node), node + 1
    last = graph.lines(parent)[1] if parent >= 0 else 0
    while other < graph.definition_count and graph.file_of(other) == graph.file_of(node) and graph.lines(other)[0] <= last:
        if graph.parent(other) == parent and graph.flags(other) & _ACCESSOR and graph.name(other) == name:
            return True
        other += 1
    return False
