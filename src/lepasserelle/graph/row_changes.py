"""In which files the rows of two graphs of the same files may differ: told from columns, no row is made.

For whoever replaces the rows that a former generation left. A file too many may be named, never one too few: two ends count as the
same only where their qualified names are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.layout import NONE, SET_BIT
from lepasserelle.graph.rows import first_lines

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

Ints = NDArray[np.int64]

_GONE: Final = -1
_OF_SET: Final = 1 << 40
"""Added to the string that names a candidate set: no node has such a number."""


def files_with_other_rows(former: "Graph", now: "Graph", rewritten: Iterable[int]) -> list[int] | None:
    """Files whose rows may be others than in the former graph, ascending; None: any file's. Both have files of the same paths;
    `rewritten`: those whose facts may differ.
    """
    strings = _strings(former, now)
    changed = {*rewritten, *_files_that_differ(former, now, strings).tolist()}
    labels = _labels(former, now, strings, changed)
    kept = [file for file in range(now.file_count) if file not in changed]
    if not _same_definitions(former, now, strings, labels, kept):
        return None
    before = _edges(former, lambda targets: _former_targets(former, targets, labels, strings))
    after = _edges(now, lambda targets: _targets(now, targets))
    ends = _first_edges(former), _first_edges(now)
    for file in kept:
        (begin, end), (start, stop) = (each[file : file + 2] for each in ends)
        if not np.array_equal(before[:, begin:end], after[:, start:stop]):
            changed.add(file)
    return sorted(changed)


def _strings(former: "Graph", now: "Graph") -> Ints:
    """By string of the former graph its number now, `_GONE` for one that is not there any more."""
    numbers = {data: number for number, data in enumerate(_all_strings(now))}
    return np.array([numbers.get(data, _GONE) for data in _all_strings(former)], np.int64)


def _all_strings(graph: "Graph") -> list[bytes]:
    data, ends = graph.sections["names"].tobytes(), graph.sections["names_end"].tolist()
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _files_that_differ(former: "Graph", now: "Graph", strings: Ints) -> Ints:
    """Files of another module or language, or with another number of definitions."""
    other = (strings[former.file_rows.astype(np.int64)] != now.file_rows).any(axis=1)
    other |= np.diff(_bases(former)) != np.diff(_bases(now))
    return np.flatnonzero(other)


def _bases(graph: "Graph") -> Ints:
    return graph.sections["files_base"].astype(np.int64)


def _labels(former: "Graph", now: "Graph", strings: Ints, changed: Iterable[int]) -> Ints:
    """By former node the node of now that has its name, `_GONE` where there is none."""
    bases, starts = _bases(former), _bases(now)
    labels = np.full(former.node_count, _GONE, np.int64)
    labels[: bases[-1]] = np.arange(bases[-1]) + np.repeat(starts[:-1] - bases[:-1], np.diff(bases))
    for file in changed:
        labels[bases[file] : bases[file + 1]] = _matched(former.nodes_of(file), former, now.nodes_of(file), now)
    labels[bases[-1] :] = _outside(former, now, strings)
    return labels


def _matched(nodes: Sequence[int], former: "Graph", others: Sequence[int], now: "Graph") -> list[int]:
    """The first of the first of a name, the second of the second, and so on."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for node in reversed(others):
        waiting[now.qualified_name(node)].append(node)
    return [found.pop() if (found := waiting.get(former.qualified_name(node))) else _GONE for node in nodes]


def _outside(former: "Graph", now: "Graph", strings: Ints) -> Ints:
    """The same of what lies outside: by its last name and what stands before it."""
    first = now.definition_count
    known = {name: node for node, name in enumerate(_external_names(now, None), first)}
    return np.array([known.get(name, _GONE) for name in _external_names(former, strings)], np.int64)


def _external_names(graph: "Graph", strings: Ints | None) -> list[tuple[int, int]]:
    hot = graph.hot[graph.definition_count :]
    columns = [hot[name].astype(np.int64) for name in ("parent", "name")]
    before, last = (column if strings is None else strings[column] for column in columns)
    return list(zip(before.tolist(), last.tolist(), strict=True))


def _same_definitions(former: "Graph", now: "Graph", strings: Ints, labels: Ints, kept: Sequence[int]) -> bool:
    """Whether the definitions of files that nobody rewrote are called as they were, and stand where they stood. A method outside
    its class may belong to a file that somebody did rewrite.
    """
    bases, starts = _bases(former), _bases(now)
    sizes: Ints = np.diff(bases)[kept]
    within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    was, here = (graph.hot[within + np.repeat(base[:-1][kept], sizes)] for graph, base in ((former, bases), (now, starts)))
    around = was["parent"].astype(np.int64)
    is_module = around == NONE
    around = np.where(is_module, NONE, labels[np.where(is_module, 0, around)])
    same = (around == here["parent"]) & (strings[was["name"].astype(np.int64)] == here["name"])
    for column in ("kind", "start_line", "line_count"):
        same &= was[column] == here[column]
    return bool(same.all())


def _first_edges(graph: "Graph") -> list[int]:
    """The first edge of each file, and the number of all that start in files."""
    starts: list[int] = graph.sections["out_start"].view("<u4")[_bases(graph)].tolist()
    return starts


def _edges(graph: "Graph", named: Callable[[Ints], Ints]) -> Ints:
    """Of each edge what its row says: place of the source in its file, target, type, first line."""
    bases = _bases(graph)
    sizes: Ints = np.diff(bases)
    sources = np.arange(graph.definition_count) - np.repeat(bases[:-1], sizes)
    starts = graph.sections["out_start"].view("<u4").astype(np.int64)[: graph.definition_count + 1]
    counts: Ints = starts[1:] - starts[:-1]
    types = np.array([kind << 16 | resolution << 8 | reason for kind, resolution, reason in graph.edge_types] or [0], np.int64)
    count = int(counts.sum())
    targets = graph.out_target[:count].astype(np.int64)
    return np.stack([np.repeat(sources, counts), named(targets), types[graph.out_type[:count]], first_lines(graph)[:count]])


def _targets(graph: "Graph", targets: Ints) -> Ints:
    """Nodes as they are, candidate sets by their names."""
    is_set = targets >= SET_BIT
    named = targets.copy()
    named[is_set] = graph.sections["set_names"].astype(np.int64)[targets[is_set] - SET_BIT] + _OF_SET
    return named


def _former_targets(former: "Graph", targets: Ints, labels: Ints, strings: Ints) -> Ints:
    """The same of the former graph, in the numbers of now."""
    is_set = targets >= SET_BIT
    named = labels[np.where(is_set, 0, targets)]
    names = strings[former.sections["set_names"].astype(np.int64)[targets[is_set] - SET_BIT]]
    named[is_set] = np.where(names == _GONE, _GONE, names + _OF_SET)
    return named
