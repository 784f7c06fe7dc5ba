"""Which edges run code: calls, and reads and writes of what is a function behind a name that is used like a variable.

An accessor (`@property`, `get`, a computed property) is read, not called, so that its edges are `reads` and `writes`; that is kept,
and who asks who runs a definition is given them beside the calls. Reads; never resolves. Invariants: an edge keeps its kind, and a
function that is only mentioned as a value (`sorted(key=f)`) is not run by that.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.answers import described, ends, incoming, outgoing, selected, source_of
from lepasserelle.graph.layout import Reason
from lepasserelle.model import Edge, EdgeKind, NodeFlag, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph

_ACCESSOR: Final = int(NodeFlag.ACCESSOR)
_TOUCHES: Final = (EdgeKind.READS, EdgeKind.WRITES)
_NAMED: Final = frozenset({Reason.SCOPE, Reason.IMPORT, Reason.MEMBER})
"""How Python reaches a property without an instance (`@p.setter`, `Cart.total`): that gives the property, and runs nothing."""
_TAKES_A_VALUE: Final = re.compile(r"[\w\s]*\bset\s+[^\s(]|[^(]*\([^()]*,")
"""A head that takes what is written: `set total(v)`, `def total(self, value)`."""


def entries(graph: "Graph", node: int, direction: "Direction", strongest: Resolution) -> list[Edge]:
    """What runs a node (`in`) or what it runs (`out`) as records, each of its own kind, sorted by the other end's name."""
    return described(graph, _numbers(graph, node, direction, strongest), direction)


def entered(graph: "Graph", node: int, direction: "Direction", strongest: Resolution) -> list[int]:
    """The other ends of `entries`, ascending, each once; of candidates that are read only those that this runs."""
    numbers = _numbers(graph, node, direction, strongest)
    if direction == "in":
        return sorted({source_of(graph, edge) for edge in numbers})
    found: set[int] = set()
    for edge in numbers:
        kind = _kind_of(graph, edge)
        found.update(ends(graph, edge) if kind == EdgeKind.CALLS else _run(graph, edge, ends(graph, edge)))
    return sorted(found)


def _numbers(graph: "Graph", node: int, direction: "Direction", strongest: Resolution) -> list[int]:
    if direction == "in":
        numbers: Sequence[int] = incoming(graph, node)
        found = selected(graph, numbers, EdgeKind.CALLS, strongest)
        if not graph.flags(node) & _ACCESSOR:
            return found
        return found + [edge for edge in _touches(graph, numbers, strongest) if _run(graph, edge, [node])]
    numbers = outgoing(graph, node)
    found = selected(graph, numbers, EdgeKind.CALLS, strongest)
    return found + [edge for edge in _touches(graph, numbers, strongest) if _run(graph, edge, ends(graph, edge))]


def _touches(graph: "Graph", numbers: Sequence[int], strongest: Resolution) -> list[int]:
    return [edge for kind in _TOUCHES for edge in selected(graph, numbers, kind, strongest)]


def _run(graph: "Graph", edge: int, targets: Sequence[int]) -> list[int]:
    """Those of the targets of a read or write that it runs."""
    return [node for node in targets if graph.flags(node) & _ACCESSOR and _is_run(graph, edge, node)]


def _is_run(graph: "Graph", edge: int, node: int) -> bool:
    if graph.kind(node) is NodeKind.PROPERTY:
        return True
    kind, _, reason = graph.edge_types[graph.types[edge]]
    if graph.language(node) == "python" and reason in _NAMED:
        return False
    return kind == EdgeKind.READS or _takes_writes(graph, node)


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


def _kind_of(graph: "Graph", edge: int) -> int:
    return graph.edge_types[graph.types[edge]][0]
