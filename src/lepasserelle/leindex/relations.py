"""Questions about the graph as a whole, answered with records: ways, cycles, what nothing names, hot spots, neighbourhoods.

The walks themselves are the graph's (`graph.walks`). Not here: who asks, and which generation answers.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final, Literal, TextIO

import numpy as np

from lepasserelle.errors import QueryError
from lepasserelle.graph import Graph, pictures, walks
from lepasserelle.graph.components import components
from lepasserelle.graph.constructing import with_constructors
from lepasserelle.graph.entering import entered
from lepasserelle.graph.graph import STRONGEST
from lepasserelle.leindex.answers import nodes_named
from lepasserelle.leindex.questions import in_range
from lepasserelle.leindex.words import PictureFormat, ResolutionFilter, check_resolution
from lepasserelle.model import EdgeKind, NodeFlag, NodeKind, Reached, Resolution
from lepasserelle.model.relations import Cycle, Hotspot, PathStep, SymbolPath, Unreferenced
from lepasserelle.query.mentions import mentioned_of
from lepasserelle.query.used_in_place import used_in_place

MOST_STEPS: Final = 20
MOST_NODES: Final = 2_000

_RUNNING: Final = (EdgeKind.CALLS, EdgeKind.READS, EdgeKind.WRITES)
_ANY: Final = (EdgeKind.CALLS, EdgeKind.IMPORTS, EdgeKind.INHERITS, EdgeKind.OVERRIDES, EdgeKind.READS, EdgeKind.WRITES)
_WRITERS: Final = {
    "dot": pictures.write_dot,
    "graphml": pictures.write_graphml,
    "json": pictures.write_json,
    "svg": pictures.write_svg,
}


def kinds_of(edges: str) -> tuple[EdgeKind, ...]:
    """The kinds that a word means. Raises `QueryError`."""
    if edges == "any":
        return _ANY
    kind = next((kind for kind in _ANY if kind.word == edges), None)
    if kind is None:
        raise QueryError(f"no kind of edges {edges!r}; they are any, {', '.join(kind.word for kind in _ANY)}")
    return (kind,)


# ── ways ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def way(graph: Graph, start: str, end: str, edges: str, resolution: ResolutionFilter) -> SymbolPath:
    """A shortest way along edges from any definition called `start` to any called `end`."""
    check_resolution(resolution)
    kinds = kinds_of(edges)
    starts = [node for node in with_constructors(graph, nodes_named(graph, start)) if node < graph.definition_count]
    ends = [node for node in with_constructors(graph, nodes_named(graph, end)) if node < graph.definition_count]
    for name, found in ((start, starts), (end, ends)):
        if not found:
            raise QueryError(f"{name!r} is outside the project; ways are looked for between definitions of the project")
    successors = walks.adjacency_lists(graph.definition_count, walks.pairs(graph, kinds, STRONGEST[resolution]))
    nodes = walks.shortest_way(successors, starts, ends)
    return SymbolPath(start, end, _steps(graph, nodes, kinds, resolution), bool(nodes))


def _steps(graph: Graph, nodes: list[int], kinds: tuple[EdgeKind, ...], resolution: ResolutionFilter) -> tuple[PathStep, ...]:
    return tuple(_step(graph, source, target, kinds, resolution) for source, target in pairwise(nodes))


def _step(graph: Graph, source: int, target: int, kinds: tuple[EdgeKind, ...], resolution: ResolutionFilter) -> PathStep:
    name = graph.qualified_name(target)
    for kind in kinds:
        if target not in graph.neighbours(source, kind, "out", resolution):
            continue
        for edge in graph.edges(source, kind, "out", resolution):
            if name in (edge.target, *edge.candidates):
                path, line = edge.sites[0] if edge.sites else (graph.path(source), graph.lines(source)[0])
                return PathStep(graph.qualified_name(source), name, edge.kind, edge.resolution, edge.reason, path, line)
    return PathStep(graph.qualified_name(source), name, kinds[0].word, "inferred", "", graph.path(source), graph.lines(source)[0])


# ── cycles ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def cycles(graph: Graph, edges: str, resolution: ResolutionFilter, limit: int) -> list[Cycle]:
    """Groups of definitions that reach each other, the largest first; for imports groups of files."""
    check_resolution(resolution)
    in_range("limit", limit, 1, 10_000)
    kinds = kinds_of(edges)
    sources, targets = walks.pairs(graph, kinds, STRONGEST[resolution])
    if kinds == (EdgeKind.IMPORTS,):
        return _import_cycles(graph, sources, targets, limit)
    other = sources != targets
    successors = walks.adjacency_lists(graph.definition_count, (sources[other], targets[other]))
    found = []
    for nodes in components(successors)[:limit]:
        around = _around(successors, nodes)
        names = tuple(sorted({graph.qualified_name(node) for node in nodes}))
        found.append(Cycle(names, _steps(graph, around, kinds, resolution)))
    return found


def _around(successors: list[list[int]], nodes: list[int]) -> list[int]:
    """A shortest way from the first node of a component back to it; every such way stays in the component."""
    return walks.shortest_way(successors, [nodes[0]], [nodes[0]])


def _import_cycles(graph: Graph, sources: "np.ndarray", targets: "np.ndarray", limit: int) -> list[Cycle]:
    """Files that import each other; the places are those of the imports."""
    files = graph.files.astype(np.int64)
    pairs = np.unique(files[sources] << 32 | files[targets])
    of, to = pairs >> 32, pairs & 0xFFFF_FFFF
    different = of != to
    successors = walks.adjacency_lists(graph.file_count, (of[different], to[different]))
    stated: dict[tuple[int, int], tuple[int, int]] = {}
    for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
        stated.setdefault((int(files[source]), int(files[target])), (source, target))
    found = []
    for group in components(successors)[:limit]:
        around = _around(successors, group)
        steps = tuple(_import_step(graph, *stated[pair], pair) for pair in pairwise(around))
        found.append(Cycle(tuple(sorted(graph.qualified_name(graph.first_node(file)) for file in group)), steps))
    return found


def _import_step(graph: Graph, source: int, target: int, files: tuple[int, int]) -> PathStep:
    step = _step(graph, source, target, (EdgeKind.IMPORTS,), "all")
    names = [graph.qualified_name(graph.first_node(file)) for file in files]
    return PathStep(names[0], names[1], step.kind, step.resolution, step.reason, step.path, step.line)


# ── what nothing names ────────────────────────────────────────────────────────────────────────────────────────────────────────


def unreferenced(graph: Graph, exported: bool, read: Callable[[int], bytes]) -> list[Unreferenced]:
    """Definitions that nothing names, by path and line; exported ones only when asked for. `read`: the text of a file."""
    found = []
    nodes = [node for node in walks.unreferenced(graph) if exported or not graph.flags(node) & NodeFlag.EXPORTED]
    mentioned = mentioned_of(graph, nodes, read)
    mentioned |= used_in_place(graph, sorted(set(nodes) - mentioned), read)
    for node in nodes:
        is_exported = bool(graph.flags(node) & NodeFlag.EXPORTED)
        if node in mentioned:
            continue
        start_line, end_line = graph.lines(node)
        found.append(
            Unreferenced(
                symbol=graph.qualified_name(node),
                kind=graph.kind(node).word,
                path=graph.path(node),
                start_line=start_line,
                end_line=end_line,
                is_exported=is_exported,
                is_entry=graph.signature(node).lstrip().startswith(("@", "[", "#[")),
            )
        )
    return sorted(found, key=lambda one: (one.path, one.start_line, one.symbol))


# ── hot spots ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def hotspots(graph: Graph, changes: Mapping[str, int] | None, limit: int) -> list[Hotspot]:
    """Functions by centrality × complexity × how often their file changed, the hottest first. Tests and generated code are left
    out.
    """
    in_range("limit", limit, 1, 10_000)
    count = graph.definition_count
    rank = walks.rank(count, walks.pairs(graph, [EdgeKind.CALLS], Resolution.INFERRED))
    callable_kinds = [int(kind) for kind in NodeKind if kind.is_callable]
    hidden = (graph.flag_bits[:count] & int(NodeFlag.TEST | NodeFlag.SECONDARY)) != 0
    nodes = np.flatnonzero(np.isin(graph.kinds[:count], callable_kinds) & ~hidden).tolist()
    most_rank = max((float(rank[node]) for node in nodes), default=1.0) or 1.0
    most_complex = max((graph.complexity(node) for node in nodes), default=1) or 1
    most_changes = max(changes.values(), default=0) if changes else 0
    scored = []
    for node in nodes:
        complexity, centrality = graph.complexity(node), float(rank[node]) / most_rank
        times = changes.get(graph.path(node), 0) if changes is not None else None
        share = times / most_changes if times is not None and most_changes else 1.0
        scored.append((-(centrality * complexity / most_complex * share), node, complexity, centrality, times))
    scored.sort()
    return [
        Hotspot(
            graph.qualified_name(node),
            graph.path(node),
            *graph.lines(node),
            score=round(-score, 6),
            complexity=complexity,
            centrality=round(centrality, 6),
            changes=times,
        )
        for score, node, complexity, centrality, times in scored[:limit]
        if score < 0
    ]


# ── around a symbol ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def calls_around(
    graph: Graph, name: str, direction: Literal["in", "out"], depth: int, resolution: ResolutionFilter
) -> list[Reached]:
    """Callers of callers (`in`) or callees of callees within `depth` calls, the nearest first, each once with how it is reached;
    who reads or writes an accessor runs it. What was asked for is among them where it calls itself, directly or over others.
    """
    check_resolution(resolution)
    in_range("depth", depth, 1, MOST_STEPS)
    roots = with_constructors(graph, nodes_named(graph, name))
    seen = set[int]()
    level, found = roots, []
    for distance in range(1, depth + 1):
        below: dict[int, int] = {}
        for node in level:
            for other in entered(graph, node, direction, STRONGEST[resolution]):
                if other not in seen:
                    below.setdefault(other, node)
        found += [_reached(graph, other, via, distance, direction, resolution) for other, via in sorted(below.items())]
        seen.update(below)
        level = sorted(below.keys() - set(roots))
    return found


def _reached(
    graph: Graph, node: int, via: int, distance: int, direction: Literal["in", "out"], resolution: ResolutionFilter
) -> Reached:
    source, target = (node, via) if direction == "in" else (via, node)
    start_line, end_line = graph.lines(node)
    step = _step(graph, source, target, _RUNNING, resolution)
    return Reached(
        symbol=graph.qualified_name(node),
        kind=graph.kind(node).word,
        path=graph.path(node),
        start_line=start_line,
        end_line=end_line,
        distance=distance,
        how=step.kind,
        via=graph.qualified_name(via),
        resolution=step.resolution,
        is_test=bool(graph.flags(node) & NodeFlag.TEST),
    )


def write_around(
    graph: Graph, stream: TextIO, name: str, edges: str, depth: int, form: PictureFormat, resolution: ResolutionFilter, most: int
) -> bool:
    """Write the neighbourhood of a symbol; False when it was cut at `most` nodes."""
    check_resolution(resolution)
    in_range("depth", depth, 1, MOST_STEPS)
    in_range("most_nodes", most, 1, MOST_NODES)
    if form not in _WRITERS:
        raise QueryError(f"no format {form!r} for a neighbourhood; they are {', '.join(_WRITERS)}")
    kind = kinds_of(edges)[0]
    distances = walks.around(graph, nodes_named(graph, name), kind, depth, STRONGEST[resolution], most)
    nodes = [
        pictures.PictureNode(
            node, graph.qualified_name(node), graph.kind(node).word, graph.path(node), graph.lines(node)[0], distances[node]
        )
        for node in sorted(distances, key=lambda node: (distances[node], node))
    ]
    _WRITERS[form](stream, nodes, _edges_between(graph, distances, kind, resolution))
    return len(nodes) < most


def _edges_between(
    graph: Graph, nodes: Mapping[int, int], kind: EdgeKind, resolution: ResolutionFilter
) -> list[pictures.PictureEdge]:
    found = []
    for source in sorted(nodes):
        inside = [target for target in graph.neighbours(source, kind, "out", resolution) if target in nodes]
        said = {name: edge for edge in graph.edges(source, kind, "out", resolution) for name in (edge.target, *edge.candidates)}
        for target in inside:
            edge = said.get(graph.qualified_name(target))
            if edge is not None:
                found.append(pictures.PictureEdge(source, target, edge.kind, edge.resolution, edge.reason))
    return found
