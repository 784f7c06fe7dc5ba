"""Symbols and edges as rows for lestockage, file by file, so that one file's rows can be replaced and checked alone.

Rows are made in bulk: columns are read whole, a name is put together once however many rows hold it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.layout import FAR, MORE, SET_BIT, TEXT_BLOCK
from lepasserelle.graph.naming import named
from lepasserelle.graph.spans import Numbers, spans
from lepasserelle.model import NodeKind

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

SymbolRow = tuple[str, str, int, int, str]
"""(qualified name, kind word, first line, last line, signature)"""
EdgeRow = tuple[int, str, int, int]
"""(the source's place among the symbols of its file, qualified target or name as written, type of edge, first line)"""

_MOST_NAMED: Final = 200_000
_KIND_WORDS: Final = {int(kind): kind.word for kind in NodeKind}


def symbols(graph: "Graph", files: Iterable[int] | None = None) -> Iterator[tuple[str, list[SymbolRow]]]:
    """(path, its definitions) of these files by number, of all by default."""
    starts, lasts = _line_columns(graph)
    kinds = graph.kinds
    for some in _in_runs(graph, files, graph.files_base):
        nodes, _ = _spans_of(graph.files_base, some)
        names = iter(named(graph, [nodes]).of(nodes))
        for file in some:
            at = slice(graph.files_base[file], graph.files_base[file + 1])
            count = at.stop - at.start
            words = [_KIND_WORDS[kind] for kind in kinds[at].tolist()]
            own = islice(_signatures(graph, at.start), count)
            columns = islice(names, count), words, starts[at].tolist(), lasts[at].tolist(), own
            yield graph.file_path(file), list(zip(*columns, strict=True))


def _in_runs(graph: "Graph", files: Iterable[int] | None, ends: Sequence[int]) -> Iterator[list[int]]:
    """The files, some at a time, so that no more names than `_MOST_NAMED` and one file's are held. `ends`: up to each file the
    number of what is named.
    """
    run: list[int] = []
    held = 0
    for file in range(graph.file_count) if files is None else files:
        run.append(file)
        held += ends[file + 1] - ends[file]
        if held >= _MOST_NAMED:
            yield run
            run, held = [], 0
    if run:
        yield run


def _spans_of(ends: Sequence[int], files: list[int]) -> tuple[Numbers, Numbers]:
    """As `spans`, of what stands between the ends of these files and of those before them."""
    numbers = np.asarray(ends)
    return spans(numbers[files], numbers[[file + 1 for file in files]])


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
    lines, starts = first_lines(graph), graph.sections["out_start"].view("<u4").astype(np.int64)
    firsts = starts[np.asarray(graph.files_base)]
    for some in _in_runs(graph, files, firsts.tolist()):
        at, _ = _spans_of(firsts, some)
        targets = iter(_target_names(graph, graph.out_target[at].astype(np.int64)))
        for file in some:
            first, end = graph.files_base[file], graph.files_base[file + 1]
            own = slice(int(firsts[file]), int(firsts[file + 1]))
            sources = np.repeat(np.arange(end - first), np.diff(starts[first : end + 1])).tolist()
            columns = islice(targets, len(sources)), graph.out_type[own].tolist(), lines[own].tolist()
            yield graph.file_path(file), list(zip(sources, *columns, strict=True))


def _target_names(graph: "Graph", targets: Numbers) -> list[str]:
    """What edges lead to: nodes, and sets at `SET_BIT | set`."""
    is_set = targets >= SET_BIT
    nodes = targets[~is_set]
    names = named(graph, [nodes])
    found = np.empty(len(targets), dtype=object)
    found[~is_set] = names.texts[names.places[nodes]]
    sets, of = np.unique(targets[is_set] - SET_BIT, return_inverse=True)
    found[is_set] = np.array([graph.set_name(number) for number in sets.tolist()], dtype=object)[of]
    texts: list[str] = found.tolist()
    return texts


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
