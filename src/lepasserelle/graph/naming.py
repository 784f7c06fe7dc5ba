"""Qualified names of many nodes: each string is decoded once, and what nodes stand in is named once for all of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.layout import NONE
from lepasserelle.graph.spans import Numbers
from lepasserelle.model import NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_EXTERNAL: Final = int(NodeKind.EXTERNAL)


class Named(NamedTuple):
    """Qualified names of some nodes."""

    texts: NDArray[np.object_]
    places: NDArray[np.int32]
    """Of every node of the graph where its name is in `texts`; of one that was not asked for anything."""

    def of(self, nodes: Numbers) -> list[str]:
        """The names of nodes that were asked for."""
        found: list[str] = self.texts[self.places[nodes]].tolist()
        return found


def named(graph: "Graph", nodes: Sequence[Numbers]) -> Named:
    """`Graph.qualified_name` of these nodes and of all that they stand in."""
    numbers = around(graph, nodes)
    names, parents = graph.hot["name"][numbers], graph.hot["parent"][numbers]
    outside = graph.kinds[numbers] == _EXTERNAL
    is_top = (parents == NONE) & ~outside
    names[is_top] = graph.file_rows[graph.files_of(numbers[is_top]), 1]
    heads = parents[outside]
    said = graph.strings.texts(np.concatenate([heads, names]))
    texts = ["", *said[: len(heads)]]
    own = np.arange(len(texts), len(texts) + len(numbers), dtype=np.int32)
    places = np.empty(graph.node_count, dtype=np.int32)
    places[numbers] = own
    above = places[np.where(outside | is_top, numbers, parents)]
    above[is_top] = 0
    above[outside] = np.arange(1, len(texts))
    _put_together(graph, texts, said[len(heads) :], above, numbers)
    return Named(np.array(texts, dtype=object), places)


def _put_together(graph: "Graph", texts: list[str], names: list[str], above: NDArray[np.int32], numbers: Numbers) -> None:
    """Add to `texts` each name behind the text that stands there at its place in `above`; behind an empty one it is all."""
    for at in np.flatnonzero(above >= len(texts) + np.arange(len(names))).tolist():  # what stands in something that comes later
        names[at], above[at] = graph.qualified_name(int(numbers[at])), 0
    add = texts.append
    for at, name in zip(above.tolist(), names, strict=True):
        head = texts[at]
        add(f"{head}.{name}" if head else name)


def around(graph: "Graph", nodes: Sequence[Numbers]) -> Numbers:
    """These nodes and all that they stand in, ascending."""
    taken = np.zeros(graph.node_count, dtype=bool)
    parents, kinds = graph.hot["parent"], graph.kinds
    frontier = np.concatenate(nodes)
    while len(frontier):
        taken[frontier] = True
        above = parents[frontier[kinds[frontier] != _EXTERNAL]]
        above = above[above != NONE]
        frontier = above[~taken[above]]
    return np.flatnonzero(taken)
