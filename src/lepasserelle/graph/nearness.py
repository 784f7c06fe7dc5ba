"""How near each node is to some nodes: personalised PageRank, found from these nodes outwards.

A walk starts at one of the given nodes, chosen by its weight, stops at each step with the probability `STOP`, and else goes over an
edge of where it is, chosen by the weight of its kind, in either direction. How near a node is: the share of walks that stop there
(Haveliwala, *Topic-Sensitive PageRank*, 2002; Jeh and Widom, *Scaling Personalized Web Search*, 2003). Computed by forward push
(Andersen, Chung and Lang, *Local Graph Partitioning using PageRank Vectors*, 2006): nothing is touched that no noticeable share
reaches, whatever the size of the graph.

Ambiguous edges are not walked: nothing is near because of a guess. Invariants: an estimate is never more than the share, and all
estimates together lack exactly `left`; the same question gives the same numbers.
"""

import math
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from lepasserelle.graph.answers import incoming, members, source_of
from lepasserelle.graph.layout import SET_BIT
from lepasserelle.model import EdgeKind, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

STOP: Final = 0.4
WEIGHTS: Final[Mapping[EdgeKind, float]] = {
    EdgeKind.CALLS: 1.0,
    EdgeKind.INHERITS: 1.0,
    EdgeKind.CONTAINS: 0.5,
    EdgeKind.OVERRIDES: 0.5,
    EdgeKind.READS: 0.5,
    EdgeKind.WRITES: 0.5,
}
"""What an edge counts beside others of a node. Contained is what stands in a definition that is no file."""

_ROLES: Final[Mapping[tuple[EdgeKind, bool], str]] = {
    (EdgeKind.CALLS, True): "called by",
    (EdgeKind.CALLS, False): "caller of",
    (EdgeKind.INHERITS, True): "base of",
    (EdgeKind.INHERITS, False): "subclass of",
    (EdgeKind.OVERRIDES, True): "overridden by",
    (EdgeKind.OVERRIDES, False): "overriding",
    (EdgeKind.READS, True): "read by",
    (EdgeKind.READS, False): "reader of",
    (EdgeKind.WRITES, True): "written by",
    (EdgeKind.WRITES, False): "writer of",
}
_PARENT: Final = "parent of"


class Near(NamedTuple):
    """A node that is near."""

    node: int
    share: float
    """Of the walks; never more than it is."""
    role: str
    """What it is to the node from which the most came: `caller of`, `called by`, `parent of` …; empty where the walks start."""
    of: int
    """That node; itself where the walks start."""


class Nearness(NamedTuple):
    """What was found."""

    nodes: list[Near]
    """Nearest first, equals by number."""
    left: float
    """The share of walks that was not followed to its end."""


_Edge = tuple[int, float, str]
"""(the node at the other end, weight, what it is to this one)."""


def near(graph: "Graph", starts: Mapping[int, float], least: float) -> Nearness:
    """What is near some nodes, whose weights are positive. A share is followed from a node while it is at least `least` for each of
    the node's edges, so that at most 1 / (`least` · `STOP`) edges are followed.
    """
    total = math.fsum(starts.values())
    waiting = {node: weight / total for node, weight in sorted(starts.items())} if total > 0 else {}
    stopped: dict[int, float] = {}
    came: dict[int, tuple[float, str, int]] = {node: (2.0, "", node) for node in waiting}
    edges = _Edges(graph)
    queue = deque(node for node in waiting if waiting[node] >= edges.due(node, least))
    while queue:
        node = queue.popleft()
        share = waiting[node]
        if share < edges.due(node, least):  # it stood in the queue twice
            continue
        waiting[node], around = 0.0, edges.of(node)
        if not around:  # nowhere to go: every walk ends here
            stopped[node] = stopped.get(node, 0.0) + share
            continue
        stopped[node] = stopped.get(node, 0.0) + STOP * share
        scale = (1 - STOP) * share / sum(weight for _, weight, _ in around)
        for other, weight, role in around:
            given = scale * weight
            waiting[other] = waiting.get(other, 0.0) + given
            if given > came.get(other, (0.0,))[0]:
                came[other] = (given, role, node)
            if waiting[other] >= edges.due(other, least):
                queue.append(other)
    found = [Near(node, share, *came[node][1:]) for node, share in stopped.items()]
    return Nearness(sorted(found, key=lambda one: (-one.share, one.node)), sum(waiting.values()))


class _Edges:
    """The edges of nodes, straight from the frozen rows; each node's are read once a question."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph
        self._types = [
            (WEIGHTS.get(EdgeKind(kind), 0.0) if resolution <= Resolution.INFERRED else 0.0, EdgeKind(kind))
            for kind, resolution, _ in graph.edge_types
        ]
        self._known: dict[int, list[_Edge]] = {}

    def due(self, node: int, least: float) -> float:
        """The share from which on it is followed from this node."""
        out_start, in_start = self._graph.out_start, self._graph.in_start
        return least * (1 + out_start[node + 1] - out_start[node] + in_start[node + 1] - in_start[node])

    def of(self, node: int) -> list[_Edge]:
        """Those that are walked; a pair of nodes may have several."""
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = [*self._parent(node), *self._outgoing(node), *self._incoming(node)]
        return found

    def _parent(self, node: int) -> Iterator[_Edge]:
        parent = self._graph.parent(node)
        if parent >= 0 and self._graph.kind(parent) is not NodeKind.MODULE:
            yield parent, WEIGHTS[EdgeKind.CONTAINS], _PARENT

    def _outgoing(self, node: int) -> Iterator[_Edge]:
        graph = self._graph
        reached: set[tuple[int, EdgeKind]] = set()
        for edge in range(graph.out_start[node], graph.out_start[node + 1]):
            weight, kind = self._types[graph.types[edge]]
            if weight:
                target = graph.targets[edge]
                targets = members(graph, target & ~SET_BIT) if target & SET_BIT else (target,)
                reached.update((other, kind) for other in targets if other < graph.definition_count and other != node)
        for other, kind in sorted(reached):
            yield other, WEIGHTS[kind], _ROLES[kind, True]

    def _incoming(self, node: int) -> Iterator[_Edge]:
        graph = self._graph
        reached: set[tuple[int, EdgeKind]] = set()
        for edge in incoming(graph, node):
            weight, kind = self._types[graph.types[edge]]
            if weight:
                reached.add((source_of(graph, edge), kind))
        for other, kind in sorted(reached):
            if other != node:
                yield other, WEIGHTS[kind], _ROLES[kind, False]
