"""Symbols and edges as rows for lestockage, file by file, so that one file's rows can be replaced and checked alone.

Rows are made in bulk: columns are read whole, a name is put together once however many rows hold it.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.layout import FAR, MORE, SET_BIT, TEXT_BLOCK
from lepasserelle.model import NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

SymbolRow = tuple[str, str, int, int, str]
"""(qualified name, kind word, first line, last line, signature)"""
EdgeRow = tuple[int, str, int, int]
"""(the source's place among the symbols of its file, qualified target or name as written, type of edge, first line)"""

_MOST_REMEMBERED: Final = 500_000
_KIND_WORDS: Final = {int(kind): kind.word for kind in NodeKind}


class _Names(dict[int, str]):
    """Qualified names of nodes, and at `SET_BIT | set` those of candidate sets, each put together once."""

    __slots__ = ("_graph",)

    def __init__(self, graph: "Graph") -> None:
        super().__init__()
        self._graph = graph

    def __missing__(self, node: int) -> str:
        name = self[node] = self._name(node)
        return name

    def _name(self, node: int) -> str:
        graph = self._graph
        if node & SET_BIT:
            return graph.set_name(node & ~SET_BIT)
        parent = graph.parent(node)
        prefix = self[parent] if parent >= 0 else ""
        return f"{prefix}.{graph.name(node)}" if prefix else graph.qualified_name(node)

    def trim(self) -> None:
        """Keep what is remembered bounded."""
        if len(self) > _MOST_REMEMBERED:
            self.clear()


def symbols(graph: "Graph", files: Iterable[int] | None = None) -> Iterator[tuple[str, list[SymbolRow]]]:
    """(path, its definitions) of these files by number, of all by default."""
    names = _Names(graph)
    starts, lasts = _line_columns(graph)
    kinds = graph.kinds
    for file in range(graph.file_count) if files is None else files:
        nodes = range(graph.files_base[file], graph.files_base[file + 1])
        at = slice(nodes.start, nodes.stop)
        words = [_KIND_WORDS[kind] for kind in kinds[at].tolist()]
        own = islice(_signatures(graph, nodes.start), len(nodes))
        yield (
            graph.file_path(file),
            list(zip([names[node] for node in nodes], words, starts[at].tolist(), lasts[at].tolist(), own, strict=True)),
        )
        names.trim()


def _line_columns(graph: "Graph") -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(first line, last line) of every definition."""
    hot = graph.hot[: graph.definition_count]
    starts, counts = hot["start_line"].astype(np.int64), hot["line_count"].astype(np.int64)
    tall = graph.sections["tall"]
    counts[tall[:, 0]] = tall[:, 1]
    return starts, starts + counts - 1


def _signatures(graph: "Graph", first: int) -> Iterator[str]:
    """Signatures of the definitions from `first` on, in their order."""
    skipped = first % TEXT_BLOCK
    for block in range(first // TEXT_BLOCK, -(-graph.definition_count // TEXT_BLOCK)):
        for text in graph.text_block(block)[2 * skipped : -1 : 2]:
            yield text.decode("utf-8", "replace")
        skipped = 0


def edges(graph: "Graph", files: Iterable[int] | None = None) -> Iterator[tuple[str, list[EdgeRow]]]:
    """(path, the edges that start in it) of these files by number, of all by default."""
    names, lines = _Names(graph), first_lines(graph)
    for file in range(graph.file_count) if files is None else files:
        first, end = graph.files_base[file], graph.files_base[file + 1]
        starts = np.array(graph.out_start[first : end + 1], np.int64)
        at = slice(int(starts[0]), int(starts[-1]))
        sources = np.repeat(np.arange(end - first), np.diff(starts)).tolist()
        targets = map(names.__getitem__, graph.out_target[at].tolist())
        yield graph.file_path(file), list(zip(sources, targets, graph.out_type[at].tolist(), lines[at].tolist(), strict=True))
        names.trim()


def first_lines(graph: "Graph") -> NDArray[np.int64]:
    """The first line of every edge."""
    sites = graph.sections["sites"].view("<u2").astype(np.int64)
    ends = np.flatnonzero((sites & MORE) == 0) + 1
    first = np.concatenate([[0], ends[:-1]]).astype(np.int64)[: len(ends)]
    delta = sites[first] & ~MORE
    starts = graph.sections["out_start"].view("<u4").astype(np.int64)
    lines: NDArray[np.int64] = np.repeat(graph.hot["start_line"].astype(np.int64), starts[1:] - starts[:-1]) + delta
    far = np.flatnonzero(delta == FAR)
    if len(far):
        table = graph.sections["far_sites"]
        lines[far] = table[np.searchsorted(table[:, 0], first[far]), 1]
    return lines
