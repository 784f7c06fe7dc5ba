"""Edges as answers: CSR rows to records, candidate sets expanded on demand. Reads; never resolves."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lepasserelle.graph.families import family_of
from lepasserelle.graph.layout import FAR, MORE, SET_BIT, Reason
from lepasserelle.model import Edge, EdgeKind, NodeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph

_KEYS = frozenset(kind for kind in NodeKind if kind.is_callable or kind.is_type or kind in {NodeKind.MODULE, NodeKind.NAMESPACE})


def members(graph: "Graph", number: int) -> list[int]:
    """Nodes of a candidate set."""
    start = graph.sections["set_start"]
    found: list[int] = graph.sections["set_members"][int(start[number]) : int(start[number + 1])].tolist()
    return found


def sets_with(graph: "Graph", node: int) -> list[int]:
    """Candidate sets that hold a node."""
    table = graph.sections["member_sets"]
    start, stop = np.searchsorted(table[:, 0], [node, node + 1])
    found: list[int] = table[int(start) : int(stop), 1].tolist()
    return found


def source_of(graph: "Graph", edge: int) -> int:
    """The node that an edge starts at."""
    return bisect_right(graph.out_start, edge) - 1


def outgoing(graph: "Graph", node: int) -> range:
    """Edge numbers of a source."""
    return range(graph.out_start[node], graph.out_start[node + 1])


def stated(graph: "Graph", slot: int) -> list[int]:
    """Edge numbers that reach a node itself, not a candidate set that holds it; or (from `node_count` on) a candidate set."""
    found: list[int] = graph.in_edge[graph.in_start[slot] : graph.in_start[slot + 1]].tolist()
    return found


def incoming(graph: "Graph", node: int) -> list[int]:
    """Edge numbers that reach a node, those through candidate sets after the others."""
    found = stated(graph, node)
    for number in sets_with(graph, node):
        found += stated(graph, graph.node_count + number)
    return found


def site_lines(graph: "Graph", source: int, edge: int) -> list[int]:
    """Lines of an edge's places, ascending."""
    sites, first = graph.sites, graph.start_lines[source]
    at = graph.site_start[source]
    for _ in range(edge - graph.out_start[source]):
        while sites[at] & MORE:
            at += 1
        at += 1
    return _lines_from(graph, at, first)[0]


def source_lines(graph: "Graph", source: int) -> Iterator[tuple[int, list[int]]]:
    """(edge number, lines of its places, ascending) of every edge of a source, in one walk."""
    at = graph.site_start[source]
    for edge in outgoing(graph, source):
        lines, at = _lines_from(graph, at, graph.start_lines[source])
        yield edge, lines


def _lines_from(graph: "Graph", at: int, first: int) -> tuple[list[int], int]:
    """(lines of the edge whose places begin at this index, where those of the next edge begin)."""
    sites = graph.sites
    lines: list[int] = []
    while True:
        lines.append(_line(graph, at, sites[at] & ~MORE, first))
        at += 1
        if not sites[at - 1] & MORE:
            return lines, at


def _line(graph: "Graph", index: int, delta: int, first: int) -> int:
    if delta != FAR:
        return first + delta
    table = graph.sections["far_sites"]
    return int(table[int(np.searchsorted(table[:, 0], index)), 1])


def selected(graph: "Graph", numbers: Sequence[int], kind: int, strongest: int) -> list[int]:
    """Those of these edges that are of a kind and no weaker than a resolution."""
    types = [k == kind and resolution <= strongest for k, resolution, _ in graph.edge_types]
    type_of = graph.types
    return [edge for edge in numbers if types[type_of[edge]]]


def edges(graph: "Graph", node: int, kind: EdgeKind, direction: "Direction", strongest: Resolution) -> list[Edge]:
    """The relations of one kind of a node as records."""
    if kind == EdgeKind.CONTAINS:
        return _contains(graph, node, direction)
    numbers = outgoing(graph, node) if direction == "out" else incoming(graph, node)
    return described(graph, selected(graph, numbers, kind, strongest), direction)


def described(graph: "Graph", numbers: Sequence[int], direction: "Direction") -> list[Edge]:
    """Edges as records, sorted by the end that `direction` leads to."""
    describe = Describer(graph)
    return sorted(map(describe, numbers), key=sort_key(direction))


def sort_key(direction: "Direction") -> Callable[[Edge], tuple[object, ...]]:
    """What records of one node are sorted by: first the name of the end that `direction` leads to."""
    return _by_target if direction == "out" else _by_source


def _by_target(edge: Edge) -> tuple[object, ...]:
    return edge.target, edge.resolution, edge.source


def _by_source(edge: Edge) -> tuple[object, ...]:
    return edge.source, edge.sites, edge.target


_Candidate = tuple[str, str, int]
"""Qualified name, path, first line."""


class Describer:
    """Records of edges; the names of a candidate set are computed once."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph
        self._sets: dict[int, list[_Candidate]] = {}
        self._names: dict[int, str] = {}
        self._words = graph.edge_words
        self._walked: dict[int, tuple[int, int]] = {}
        """Source → (the edge after the last one that was described, where its places begin)."""

    def __call__(self, edge: int) -> Edge:
        """The record of an edge."""
        graph = self._graph
        source = source_of(graph, edge)
        kind, resolution, reason = self._words[graph.types[edge]]
        target = graph.targets[edge]
        found = self._candidates(target & ~SET_BIT) if target & SET_BIT else []
        candidates = tuple(name for name, _, _ in found)
        path = graph.path(source)
        return Edge(
            source=self._name(source),
            target=self._target(target, candidates),
            kind=kind,
            resolution=resolution,
            reason=reason,
            sites=tuple((path, line) for line in self._lines(source, edge)),
            candidates=candidates,
            candidate_places=tuple((of, line) for _, of, line in found),
        )

    def _lines(self, source: int, edge: int) -> list[int]:
        """What `site_lines` gives: of a source whose edges are described one after the other, its places are walked once."""
        graph, sites = self._graph, self._graph.sites
        reached, at = self._walked.get(source, (edge + 1, 0))
        if reached > edge:
            reached, at = graph.out_start[source], graph.site_start[source]
        for _ in range(edge - reached):
            while sites[at] & MORE:
                at += 1
            at += 1
        lines, at = _lines_from(graph, at, graph.start_lines[source])
        self._walked[source] = edge + 1, at
        return lines

    def end(self, edge: int, direction: "Direction") -> str:
        """The name of the end of an edge that `direction` leads to, as its record says it."""
        graph = self._graph
        if direction == "in":
            return self._name(source_of(graph, edge))
        target = graph.targets[edge]
        return self._target(target, tuple(name for name, _, _ in self._candidates(target & ~SET_BIT)) if target & SET_BIT else ())

    def _target(self, target: int, candidates: tuple[str, ...]) -> str:
        if not target & SET_BIT:
            return self._name(target)
        if len(set(candidates)) == 1:
            return candidates[0]
        return self._graph.set_name(target & ~SET_BIT)

    def _name(self, node: int) -> str:
        name = self._names.get(node)
        if name is None:
            name = self._names[node] = self._graph.qualified_name(node)
        return name

    def _candidates(self, number: int) -> list[_Candidate]:
        """Each definition of a candidate set, by name and place."""
        known = self._sets.get(number)
        if known is None:
            graph, nodes = self._graph, members(self._graph, number)
            known = self._sets[number] = sorted((self._name(node), graph.path(node), graph.lines(node)[0]) for node in nodes)
        return known


def _contains(graph: "Graph", node: int, direction: "Direction") -> list[Edge]:
    if direction == "in":
        parent = graph.parent(node)
        pairs = [(parent, node)] if parent >= 0 else []
    else:
        pairs = [(node, child) for child in children(graph, node)]
    words = EdgeKind.CONTAINS.word, Resolution.EXACT.word, Reason.SCOPE.words
    found = [
        Edge(graph.qualified_name(a), graph.qualified_name(b), *words, sites=((graph.path(b), graph.lines(b)[0]),))
        for a, b in pairs
    ]
    return sorted(found, key=_by_target)


def children(graph: "Graph", node: int) -> list[int]:
    """Nodes whose parent is the node, ascending."""
    definitions = graph.definition_count
    return np.flatnonzero(graph.hot["parent"][:definitions] == node).tolist()


def neighbours(graph: "Graph", node: int, kind: EdgeKind, direction: "Direction", strongest: Resolution) -> list[int]:
    """The other ends of a node's edges of one kind, ascending, each once."""
    if kind == EdgeKind.CONTAINS:
        return children(graph, node) if direction == "out" else [parent for parent in (graph.parent(node),) if parent >= 0]
    if direction == "in":
        return sorted({source_of(graph, edge) for edge in selected(graph, incoming(graph, node), kind, strongest)})
    found: set[int] = set()
    for edge in selected(graph, outgoing(graph, node), kind, strongest):
        found.update(ends(graph, edge))
    return sorted(found)


def ends(graph: "Graph", edge: int) -> list[int]:
    """The nodes that an edge reaches: one, or the members of its candidate set."""
    target = graph.targets[edge]
    return members(graph, target & ~SET_BIT) if target & SET_BIT else [target]


def call_sites(graph: "Graph", node: int) -> list[tuple[int, list[int]]]:
    """(callee, lines) of the calls of a node that name one callee; edges to candidate sets are left out."""
    chosen = selected(graph, outgoing(graph, node), EdgeKind.CALLS, Resolution.INFERRED)
    return [(graph.targets[edge], site_lines(graph, node, edge)) for edge in chosen if not graph.targets[edge] & SET_BIT]


def adjacency(graph: "Graph", kind: EdgeKind, strongest: Resolution) -> Iterator[tuple[str, list[str]]]:
    """Qualified name to sorted names, over everything that can call or be called; nodes of one name are one entry.

    A file that is no code (a table of settings, prose, a marker) has a module node too, and is no entry.
    """
    nodes = map(int, np.flatnonzero(np.isin(graph.hot["kind"], [int(kind) for kind in _KEYS])))
    named = sorted((graph.qualified_name(node), node) for node in nodes if family_of(graph.language(node)).languages)
    reach = (
        _held_by(graph)
        if kind == EdgeKind.CONTAINS
        else partial(neighbours, graph, kind=kind, direction="out", strongest=strongest)
    )
    at = 0
    while at < len(named):
        name, reached = named[at][0], set[str]()
        while at < len(named) and named[at][0] == name:
            reached.update(map(graph.qualified_name, reach(named[at][1])))
            at += 1
        yield name, sorted(reached)


def _held_by(graph: "Graph") -> Callable[[int], list[int]]:
    """What `children` gives, for every node of a large graph: a look through all parents for each of them would take seconds."""
    parents = graph.hot["parent"][: graph.definition_count].astype(np.int64)
    order = np.argsort(parents, kind="stable")
    ordered = parents[order]

    def held(node: int) -> list[int]:
        first, end = np.searchsorted(ordered, [node, node + 1])
        found: list[int] = order[first:end].tolist()
        return found

    return held
