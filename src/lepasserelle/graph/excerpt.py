"""The part of a graph that some of its edges speak of, as a graph of its own: copied, so that it holds after the map has gone.

Its nodes are what the edges lead to and from, with all that stands around them; its only edges are those. Left out is what no
record of an edge says: texts, complexity, edges by target, names in order.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.definitions import NONE, TALL
from lepasserelle.graph.layout import FAR, HOT, MORE, SET_BIT
from lepasserelle.graph.spans import Numbers, spans
from lepasserelle.model import NodeKind, Sections

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_NO_ROWS: Final = np.zeros(0, dtype="<u4")
_EXTERNAL: Final = int(NodeKind.EXTERNAL)
_PASSES: Final = 16
"""Copying a byte by its place takes about so many times what it takes among its neighbours."""


def excerpt(graph: "Graph", edges: Numbers, sources: Numbers) -> Sections:
    """Sections of a graph in which edge `i` is `edges[i]`. `edges` ascend, each once; `sources`: where each starts."""
    targets = graph.out_target[edges].astype(np.int64)
    to_set = targets >= SET_BIT
    sets = np.unique(targets[to_set] - SET_BIT)
    set_start = graph.sections["set_start"].view("<u4")
    places, of_set = spans(set_start[sets], set_start[sets + 1])
    members = graph.sections["set_members"].view("<u4")[places].astype(np.int64)
    nodes = around(graph, [sources, targets[~to_set], members])
    number = np.empty(graph.node_count, dtype="<u4")
    number[nodes] = np.arange(len(nodes))
    targets[~to_set] = number[targets[~to_set]]
    targets[to_set] = SET_BIT + np.searchsorted(sets, targets[to_set] - SET_BIT)
    owners = number[sources]
    return {
        **_definitions(graph, nodes, number, graph.sections["set_names"].view("<u4")[sets]),
        **_sites(graph, edges, sources, owners, len(nodes)),
        "out_start": _starts(np.bincount(owners, minlength=len(nodes))),
        "out_target": targets.astype("<u4"),
        "out_type": graph.out_type[edges],
        "edge_types": graph.sections["edge_types"].copy(),
        "set_start": _starts(np.bincount(of_set, minlength=len(sets))),
        "set_members": number[members],
        "in_start": _starts(np.zeros(len(nodes) + len(sets), dtype=np.int64)),
        "in_edge": _NO_ROWS,
    }


def around(graph: "Graph", nodes: Sequence[Numbers]) -> Numbers:
    """These nodes and all that they stand in, ascending."""
    taken = np.zeros(graph.node_count, dtype=bool)
    parents, kinds = graph.hot["parent"], graph.hot["kind"]
    frontier = np.concatenate(nodes)
    while len(frontier):
        taken[frontier] = True
        above = parents[frontier[kinds[frontier] != _EXTERNAL]]
        above = above[above != NONE]
        frontier = above[~taken[above]]
    return np.flatnonzero(taken)


def _definitions(graph: "Graph", nodes: Numbers, number: NDArray[np.uint32], set_names: NDArray[np.uint32]) -> Sections:
    """Rows of these nodes and of their files, with the strings that they mention. `number`: that of each node in the excerpt."""
    rows = graph.hot[nodes]
    outside = rows["kind"] == _EXTERNAL
    top = ~outside & (rows["parent"] == NONE)
    within = ~outside & ~top
    bases = graph.sections["files_base"].view("<u4")
    files = graph.file_rows[np.searchsorted(bases, nodes[top].astype("<u4"), side="right") - 1]
    rows["parent"][within] = number[rows["parent"][within]]
    numbers, strings = _strings(graph, np.concatenate([rows["name"], rows["parent"][outside], files.reshape(-1), set_names]))
    cuts = np.cumsum([len(rows), np.count_nonzero(outside), files.size])
    rows["name"], rows["parent"][outside], file_rows, names = np.split(numbers, cuts)
    tall = graph.sections["tall"].view("<u4")
    tall = tall[np.isin(tall[:, 0], nodes[rows["line_count"] == TALL])]
    return {
        **strings,
        "nodes": rows.view(np.uint8).reshape(-1, HOT.itemsize),
        "tall": np.stack([number[tall[:, 0]], tall[:, 1]], axis=1),
        "files": file_rows.reshape(-1, 3),
        "files_base": np.append(np.flatnonzero(top), np.count_nonzero(~outside)).astype("<u4"),
        "set_names": names,
    }


def _strings(graph: "Graph", numbers: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], Sections]:
    """(new numbers of these strings, the strings): one by one, unordered, where that is not more work than all as they are."""
    names, ends = graph.sections["names"], graph.sections["names_end"].view("<u4")
    starts = np.where(numbers > 0, ends[np.maximum(numbers, 1) - 1], 0)
    sizes = ends[numbers] - starts
    if _PASSES * int(sizes.sum()) > len(names):
        return numbers, {"names": names.copy(), "names_end": ends.copy()}
    places, _ = spans(starts, ends[numbers])
    return np.arange(len(numbers), dtype="<u4"), {"names": names[places], "names_end": np.cumsum(sizes, dtype="<u4")}


def _sites(graph: "Graph", edges: Numbers, sources: Numbers, owners: NDArray[np.uint32], count: int) -> Sections:
    """Where these edges stand. `owners`: the sources' numbers in the excerpt, which has `count` nodes."""
    site_start, out_start = (graph.sections[name].view("<u4") for name in ("site_start", "out_start"))
    is_new = np.append(True, sources[1:] != sources[:-1])
    distinct, of = sources[is_new], np.cumsum(is_new) - 1
    degrees = out_start[distinct + 1].astype(np.int64) - out_start[distinct]
    places, _ = spans(site_start[distinct], site_start[distinct + 1])
    written = graph.sections["sites"].view("<u2")[places]
    last = np.flatnonzero(written & MORE == 0)  # one for each edge of each source
    run = (np.cumsum(degrees) - degrees)[of] + edges - out_start[sources]
    taken, of_edge = spans(np.where(run > 0, last[run - 1] + 1, 0), last[run] + 1)
    sites = written[taken]
    is_far = np.flatnonzero(sites & ~np.uint16(MORE) == FAR)
    far = graph.sections["far_sites"].view("<u4")
    lines = far[np.searchsorted(far[:, 0], places[taken[is_far]].astype("<u4")), 1]
    return {
        "sites": sites,
        "site_start": _starts(np.bincount(owners[of_edge], minlength=count)),
        "far_sites": np.stack([is_far.astype("<u4"), lines], axis=1),
    }


def _starts(counts: NDArray[np.integer]) -> NDArray[np.uint32]:
    return np.append(0, np.cumsum(counts)).astype("<u4")
