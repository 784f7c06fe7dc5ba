"""Edges of several nodes as records: few one by one, many out of columns. Reads; never resolves.

A record costs a hundred nanoseconds once its fields are there, so that what is to be spared is finding them one by one: names are
put together once for all edges (`naming`), places read in one pass over the sites of all sources.
"""

from collections.abc import Iterator
from itertools import pairwise
from operator import eq
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.answers import described, members, sort_key
from lepasserelle.graph.incident import sources_of
from lepasserelle.graph.layout import FAR, MORE, SET_BIT
from lepasserelle.graph.naming import Named, named
from lepasserelle.graph.spans import Numbers, spans
from lepasserelle.model import Edge

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Direction, Graph

FEW: Final = 10
"""Edges that are sooner described one by one than by columns."""
Place = tuple[str, int]
"""(path, line)."""


def edge_list(graph: "Graph", edges: Numbers, owners: Numbers, direction: "Direction") -> list[Edge]:
    """The edges node by node, of each sorted by the end that `direction` leads to, without repetition. `owners`: of which of the
    nodes each is, ascending.
    """
    if not len(edges):
        return []
    if len(edges) <= FEW:
        return list(dict.fromkeys(edge for run in _runs(edges, owners) for edge in described(graph, run, direction)))
    distinct, first = np.unique(edges, return_index=True)
    sources = sources_of(graph, distinct)
    ends = _Ends.of(graph, sources, graph.out_target[distinct].astype(np.int64))
    names = ends.sources if direction == "in" else ends.targets
    order = _order(names, first, owners[first])
    found = list(map(_records(graph, distinct, sources, ends).__getitem__, order.tolist()))
    _sort_alike(found, list(map(names.__getitem__, order.tolist())), owners[first[order]], direction)
    return list(dict.fromkeys(found))


def _order(names: list[str], places: Numbers, owners: Numbers) -> Numbers:
    """By owner, then by name, then by place."""
    by_name = np.array(sorted(np.argsort(places).tolist(), key=names.__getitem__))
    ordered: Numbers = by_name[np.argsort(owners[by_name], kind="stable")]
    return ordered


def _runs(edges: Numbers, owners: Numbers) -> Iterator[list[int]]:
    """The edges of one node after those of the other."""
    cuts = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(edges)]
    return (edges[start:stop].tolist() for start, stop in pairwise(cuts) if stop > start)


def _sort_alike(found: list[Edge], names: list[str], owners: Numbers, direction: "Direction") -> None:
    """Sort in place what is next to each other with one owner and one name of its end."""
    is_alike = np.fromiter(map(eq, names, names[1:]), dtype=bool, count=len(names) - 1) & (owners[1:] == owners[:-1])
    if is_alike.any():
        starts = np.flatnonzero(is_alike & ~np.append(False, is_alike[:-1])).tolist()
        stops = np.flatnonzero(is_alike & ~np.append(is_alike[1:], False)).tolist()
        for start, last in zip(starts, stops, strict=True):
            found[start : last + 2] = sorted(found[start : last + 2], key=sort_key(direction))


class _Ends(NamedTuple):
    """What edges lead from and to, by edge."""

    sources: list[str]
    targets: list[str]
    candidates: list[tuple[str, ...]]
    candidate_places: list[tuple[Place, ...]]

    @classmethod
    def of(cls, graph: "Graph", sources: Numbers, targets: Numbers) -> "_Ends":
        """Of these edges."""
        to_set = np.flatnonzero(targets >= SET_BIT)
        ends = targets.copy()
        ends[to_set] = sources[to_set]  # what these lead to is said below
        sets = {number: members(graph, number) for number in set((targets[to_set] - SET_BIT).tolist())}
        within = np.array([node for nodes in sets.values() for node in nodes], dtype=np.int64)
        names = named(graph, [sources, ends, within])
        found = cls(names.of(sources), names.of(ends), [()] * len(ends), [()] * len(ends))
        said = {number: _said(graph, names, number, nodes) for number, nodes in sets.items()}
        for at, number in zip(to_set.tolist(), (targets[to_set] - SET_BIT).tolist(), strict=True):
            found.targets[at], found.candidates[at], found.candidate_places[at] = said[number]
        return found


def _said(graph: "Graph", names: Named, number: int, nodes: list[int]) -> tuple[str, tuple[str, ...], tuple[Place, ...]]:
    """(what is said as the target, candidates, where they stand) of a candidate set."""
    columns = names.of(np.array(nodes)), map(graph.path, nodes), graph.hot["start_line"][nodes].tolist()
    found = sorted(zip(*columns, strict=True))
    candidates = tuple(name for name, _, _ in found)
    target = candidates[0] if len(set(candidates)) == 1 else graph.set_name(number)
    return target, candidates, tuple((path, line) for _, path, line in found)


def _paths(graph: "Graph", nodes: Numbers) -> tuple[NDArray[np.object_], Numbers]:
    """(paths, at which of them each of these definitions stands)."""
    files = graph.files_of(nodes)
    is_met = np.zeros(graph.file_count, dtype=bool)
    is_met[files] = True
    return np.array(graph.strings.texts(graph.file_rows[is_met, 0]), dtype=object), (np.cumsum(is_met) - 1)[files]


def _records(graph: "Graph", edges: Numbers, sources: Numbers, ends: _Ends) -> list[Edge]:
    words = np.array(graph.edge_words, dtype=object).reshape(-1, 3).T
    said = (column.tolist() for column in words[:, graph.out_type[edges]])
    sites = _sites(graph, edges, sources)
    return list(map(Edge, ends.sources, ends.targets, *said, sites, ends.candidates, ends.candidate_places))


def _sites(graph: "Graph", edges: Numbers, sources: Numbers) -> list[tuple[Place, ...]]:
    """The places of each edge, in order. `edges` ascend."""
    lines, starts, stops = _lines(graph, edges, sources)
    paths, at = _paths(graph, sources)
    places = list(zip(paths[np.repeat(at, stops - starts)].tolist(), lines.tolist(), strict=True))
    found: list[tuple[Place, ...]] = list(zip(map(places.__getitem__, starts.tolist())))  # most edges have one place
    several = np.flatnonzero(stops - starts > 1)
    for edge, start, stop in zip(several.tolist(), starts[several].tolist(), stops[several].tolist(), strict=True):
        found[edge] = tuple(places[start:stop])
    return found


def _lines(graph: "Graph", edges: Numbers, sources: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(lines of the places of all edges, edge by edge; where those of each edge begin; where they end). `edges` ascend."""
    site_start, out_start = (graph.sections[name].view("<u4") for name in ("site_start", "out_start"))
    is_new = np.append(True, sources[1:] != sources[:-1])
    distinct, of = sources[is_new], np.cumsum(is_new) - 1
    degrees = out_start[distinct + 1].astype(np.int64) - out_start[distinct]
    places, _ = spans(site_start[distinct], site_start[distinct + 1])
    written = graph.sections["sites"].view("<u2")[places]
    last = np.flatnonzero(written & MORE == 0)  # one for each edge of each source
    run = (np.cumsum(degrees) - degrees)[of] + edges - out_start[sources]
    starts, stops = np.where(run > 0, last[run - 1] + 1, 0), last[run] + 1
    taken, of_edge = spans(starts, stops)
    deltas = (written[taken] & ~np.uint16(MORE)).astype(np.int64)
    lines = deltas + graph.hot["start_line"][sources[of_edge]]
    is_far = np.flatnonzero(deltas == FAR)
    far = graph.sections["far_sites"].view("<u4")
    lines[is_far] = far[np.searchsorted(far[:, 0], places[taken[is_far]].astype("<u4")), 1]
    ends = np.cumsum(stops - starts)
    return lines, ends - stops + starts, ends
