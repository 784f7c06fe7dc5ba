"""Walks over edges in bulk: ways, cycles, rank, and what nothing reaches. Numbers in, numbers out; nothing is resolved here.

Edges to candidate sets are expanded where they are asked for. Everything is ordered by node number, so that answers are
deterministic.
"""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.layout import SET_BIT
from lepasserelle.graph.lookup import with_name
from lepasserelle.graph.overriding import overridden
from lepasserelle.graph.used_unseen import UsedUnseen
from lepasserelle.model import EdgeKind, NodeFlag, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_DAMPING: Final = 0.85
_ROUNDS: Final = 50
_CLOSE: Final = 1e-9

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""(sources, targets), sorted, each pair once."""


def pairs(graph: "Graph", kinds: Iterable[EdgeKind], strongest: Resolution) -> Pairs:
    """Every edge of some kinds between definitions of the project, candidate sets expanded."""
    wanted = set(kinds)
    chosen = np.array(
        [kind in wanted and resolution <= strongest for kind, resolution, _ in graph.edge_types] or [False], dtype=bool
    )
    starts = np.asarray(graph.sections["out_start"]).astype(np.int64)
    sizes: NDArray[np.int64] = starts[1:] - starts[:-1]
    sources = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    targets = graph.out_target.astype(np.int64)
    mask = chosen[graph.out_type]
    sources, targets = sources[mask], targets[mask]
    to_set = targets >= SET_BIT
    if to_set.any():
        more = _expanded(graph, sources[to_set], targets[to_set] - SET_BIT)
        sources, targets = np.concatenate([sources[~to_set], more[0]]), np.concatenate([targets[~to_set], more[1]])
    inside = (sources < graph.definition_count) & (targets < graph.definition_count)
    packed = np.unique(sources[inside] << 32 | targets[inside])
    return packed >> 32, packed & 0xFFFF_FFFF


def _expanded(graph: "Graph", sources: NDArray[np.int64], numbers: NDArray[np.int64]) -> Pairs:
    starts = np.asarray(graph.sections["set_start"]).astype(np.int64)
    members = np.asarray(graph.sections["set_members"]).astype(np.int64)
    sizes = starts[numbers + 1] - starts[numbers]
    first = np.repeat(starts[numbers], sizes)
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(sources, sizes), members[first + within]


def adjacency_lists(count: int, edges: Pairs) -> list[list[int]]:
    """Targets of each node, ascending."""
    sources, targets = edges
    starts = np.searchsorted(sources, np.arange(count + 1))
    flat = targets.tolist()
    return [flat[starts[node] : starts[node + 1]] for node in range(count)]


def shortest_way(successors: list[list[int]], starts: Iterable[int], ends: Iterable[int]) -> list[int]:
    """Nodes of a shortest way from one of `starts` to one of `ends` over at least one edge; empty when there is none."""
    wanted = set(ends)
    came_from: dict[int, int] = {}
    first = dict.fromkeys(sorted(starts))
    queue = deque(first)
    seen: set[int] = set()
    while queue:
        node = queue.popleft()
        for target in successors[node]:
            if target in wanted:
                return _way_back(came_from, first, node, target)
            if target not in seen and target not in first:
                seen.add(target)
                came_from[target] = node
                queue.append(target)
    return []


def _way_back(came_from: dict[int, int], first: dict[int, None], node: int, end: int) -> list[int]:
    way = [end, node]
    while way[-1] not in first:
        way.append(came_from[way[-1]])
    return way[::-1]


def rank(count: int, edges: Pairs) -> NDArray[np.float64]:
    """PageRank of each node (Page, Brin, Motwani and Winograd, 1999): how much a walk along the edges comes by."""
    sources, targets = edges
    out = np.bincount(sources, minlength=count).astype(np.float64)
    weights = 1.0 / out[sources]
    value: NDArray[np.float64] = np.full(count, 1.0 / max(count, 1))
    for _ in range(_ROUNDS):
        flowing = np.bincount(targets, value[sources] * weights, minlength=count).astype(np.float64)
        lost = float(value[out == 0].sum())
        after: NDArray[np.float64] = (1.0 - _DAMPING) / count + _DAMPING * (flowing + lost / count)
        if float(np.abs(after - value).sum()) < _CLOSE:
            return after
        value = after
    return value


_NAMED: Final = frozenset(
    {
        NodeKind.CLASS,
        NodeKind.INTERFACE,
        NodeKind.STRUCT,
        NodeKind.ENUM,
        NodeKind.UNION,
        NodeKind.TYPE,
        NodeKind.FUNCTION,
        NodeKind.METHOD,
        NodeKind.VARIABLE,
        NodeKind.CONSTANT,
        NodeKind.MACRO,
    }
)


_TYPES: Final = [int(kind) for kind in NodeKind if kind.is_type]
_RUN_BY_NAME: Final = frozenset({"main", "init", "_"})
_ECMA: Final = frozenset({"javascript", "typescript", "tsx", "jsx"})
_OF_ANY_OBJECT: Final = frozenset({"toString", "toLocaleString", "valueOf", "toJSON", "then"})
"""Methods that ECMAScript calls of whatever has them."""
_JVM: Final = frozenset({"java", "kotlin", "scala"})
_SERIALIZATION: Final = frozenset({"writeReplace", "readResolve", "readObject", "writeObject", "readObjectNoData"})
"""Methods that Java's serialization looks for by name."""


def unreferenced(graph: "Graph") -> list[int]:
    """Definitions that no edge reaches, neither certainly nor perhaps, ascending.

    Left out: what tests define, what is generated or vendored, what overrides another method or has a body elsewhere, names that
    a language calls by itself (`__iter__`, `main`), and what is defined inside something that is left out or unreferenced itself;
    what a class outside calls of those that inherit from it, what a mixin puts in the place of another base's method, and what a
    protocol declares (`UsedUnseen`).
    The accessors of one property (its getter, its setter) are one: who reads it uses it. So are a class and its own constructor. A
    type is used by who names a member by it (`Level.LOW`, `Util.twice()`), and where it holds the program's entry.
    """
    count = graph.definition_count
    reached = np.zeros(count, dtype=bool)
    kinds = [kind for kind in EdgeKind if kind not in (EdgeKind.CONTAINS, EdgeKind.OVERRIDES)]
    sources, targets = pairs(graph, kinds, Resolution.AMBIGUOUS)
    reached[targets[sources != targets]] = True
    makers = np.flatnonzero(reached & (graph.kinds[:count] == int(NodeKind.CONSTRUCTOR)))
    above = graph.hot["parent"][makers]
    reached[above[above < count]] = True
    accessors = np.flatnonzero(graph.flag_bits[:count] & int(NodeFlag.ACCESSOR)).tolist()
    used = {(graph.parent(node), graph.name(node)) for node in accessors if reached[node]}
    reached[[node for node in accessors if not reached[node] and (graph.parent(node), graph.name(node)) in used]] = True
    reached[_named_with_members(graph)] = True
    hidden = (graph.flag_bits[:count] & int(NodeFlag.TEST | NodeFlag.SECONDARY | NodeFlag.DECLARATION)) != 0
    hidden[[node for node in np.flatnonzero(hidden & ~reached).tolist() if _is_extern(graph, node)]] = False
    candidates = ~reached & ~hidden & np.isin(graph.kinds[:count], [int(kind) for kind in _NAMED])
    found = []
    for node in np.flatnonzero(candidates).tolist():
        name = graph.name(node)
        by_language = (name.startswith("__") and name.endswith("__")) or name in _RUN_BY_NAME or _is_entry(graph, node)
        by_language = by_language or _is_of_object(graph, node) or (name in _SERIALIZATION and graph.language(node) in _JVM)
        parent = graph.parent(node)
        if not by_language and not (parent >= 0 and candidates[parent]) and not _is_local(graph, node):
            found.append(node)
    is_used = UsedUnseen(graph)
    return [node for node in found if not overridden(graph, node, "all") and not is_used(node)]


def _named_with_members(graph: "Graph") -> NDArray[np.int64]:
    """Types outside of which somebody names what stands in them (an exact edge), or uses what needs no instance; and types that
    hold what runs first.
    """
    count, kinds = graph.definition_count, [EdgeKind.CALLS, EdgeKind.READS, EdgeKind.WRITES]
    parents = np.append(np.minimum(graph.hot["parent"][:count].astype(np.int64), count), count)
    is_type = np.append(np.isin(graph.kinds[:count], _TYPES), False)
    sources, targets = pairs(graph, kinds, Resolution.INFERRED)
    is_shared = graph.flag_bits[targets] & int(NodeFlag.STATIC) != 0
    exact = pairs(graph, kinds, Resolution.EXACT)
    sources, owners = np.concatenate([sources[is_shared], exact[0]]), parents[np.concatenate([targets[is_shared], exact[1]])]
    found = [parents[[node for name in ("main", "Main") for node in with_name(graph, name) if _is_entry(graph, node)]]]
    while len(owners):
        sources, owners = sources[is_type[owners]], owners[is_type[owners]]
        is_outside, around = np.ones(len(owners), dtype=bool), sources
        while (around < count).any():
            is_outside &= around != owners
            around = parents[around]
        found.append(owners[is_outside])
        owners = parents[owners]
    owners = np.unique(np.concatenate(found).astype(np.int64))
    types: NDArray[np.int64] = owners[is_type[owners]]
    return types


def _is_entry(graph: "Graph", node: int) -> bool:
    """Whether a method runs first: `main` of a type, in C# `Main`."""
    static = node < graph.definition_count and graph.flags(node) & NodeFlag.STATIC
    return bool(static) and graph.name(node) == ("Main" if graph.language(node) == "c_sharp" else "main")


def _is_extern(graph: "Graph", node: int) -> bool:
    """Whether a method of C# stands for a function outside, and is no declaration of one in the project."""
    shown = NodeFlag.TEST | NodeFlag.SECONDARY
    return graph.language(node) == "c_sharp" and not graph.flags(node) & shown and " extern " in f" {graph.signature(node)} "


def _is_of_object(graph: "Graph", node: int) -> bool:
    """Whether a method of ECMAScript is run by whoever has its object: one that the language calls, or of an object without a name
    (the getter of a property that is defined, a trap of a proxy).
    """
    if graph.kind(node) is not NodeKind.METHOD or graph.language(node) not in _ECMA:
        return False
    parent = graph.parent(node)
    while parent >= 0 and graph.kind(parent) is NodeKind.FIELD:
        parent = graph.parent(parent)
    return graph.name(node) in _OF_ANY_OBJECT or (parent >= 0 and graph.kind(parent) is NodeKind.MODULE)


def _is_local(graph: "Graph", node: int) -> bool:
    """A name inside a function, whose uses the graph does not hold."""
    parent = graph.parent(node)
    while parent >= 0:
        if graph.kind(parent).is_callable:
            return True
        parent = graph.parent(parent)
    return False


def around(graph: "Graph", roots: Iterable[int], kind: EdgeKind, depth: int, strongest: Resolution, most: int) -> dict[int, int]:
    """Nodes within `depth` edges of some nodes → distance: negative against the direction of the edges. At most `most` nodes, the
    nearest first.
    """
    word = {Resolution.EXACT: "exact", Resolution.INFERRED: "inferred", Resolution.AMBIGUOUS: "all"}[strongest]
    found = dict.fromkeys(sorted(roots), 0)
    edges = {"out": list(found), "in": list(found)}
    for distance in range(1, depth + 1):
        for direction, sign in (("in", -1), ("out", 1)):
            level: list[int] = []
            for node in edges[direction]:
                for other in graph.neighbours(node, kind, direction, word):  # type: ignore[arg-type]
                    if other not in found and len(found) < most:
                        found[other] = sign * distance
                        level.append(other)
            edges[direction] = level
    return found
