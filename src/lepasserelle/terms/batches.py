"""The terms of many files side by side in one numbering: what the builders of lexical and vectors count.

Not a store: a batch is some files' rows, so that numpy is asked once a batch and memory is bounded however many files there are.
Invariant: nodes of a batch follow those of the batch before; the rows of a node stand in the order of `FileTerms`, those of its
file's path after them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.terms.file_terms import ROW, Field, TermFile
from lepasserelle.terms.paths import path_terms
from lepasserelle.terms.split import AFTER_WHOLE, WHOLE
from lepasserelle.terms.windows import WindowRows, window_rows

BATCH_BYTES = 1 << 18
"""Of postings: about 24 000 rows."""


class TermNumbers(dict[str, int]):
    """Term → number, given at first sight."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class RowBatch(NamedTuple):
    """Rows of consecutive files, those of their paths last."""

    first_node: int
    node_count: int
    """Nodes of the generation from `first_node` to the end of the last file."""
    node: NDArray[np.int64]
    """Less `first_node`."""
    field: NDArray[np.uint8]
    term: NDArray[np.int64]
    occurrences: NDArray[np.uint16]
    windows: WindowRows | None = None
    """Of the definitions with much own text; nodes less `first_node`, too. None: nobody asked for them, or there are none."""


def row_batches(files: Iterable[TermFile], numbers: TermNumbers, wholes: bool = True) -> Iterator[RowBatch]:
    """The rows of files given in the order of their nodes, numbered by `numbers`. `wholes`: also terms marked by `WHOLE`,
    which windows do not have, so without them also windows.
    """
    gathered: list[TermFile] = []
    size = 0
    for file in files:
        gathered.append(file)
        size += len(file.terms.postings) + ROW.itemsize * file.node_count
        if size >= BATCH_BYTES:
            yield _batch(gathered, numbers, wholes)
            gathered, size = [], 0
    if gathered:
        yield _batch(gathered, numbers, wholes)


def _batch(files: list[TermFile], numbers: TermNumbers, wholes: bool) -> RowBatch:
    first = files[0].first_node
    rows = np.frombuffer(b"".join(file.terms.postings for file in files), dtype=ROW)
    sizes = [len(file.terms.postings) // ROW.itemsize for file in files]
    words = [len(file.terms.vocabulary) for file in files]
    table = np.fromiter(chain.from_iterable(_numbered(files, numbers, wholes)), dtype=np.int64, count=sum(words))
    term = table[rows["term"] + np.repeat(np.cumsum(words) - words, sizes)]
    node = rows["definition"] + np.repeat(np.array([file.first_node - first for file in files], dtype=np.int64), sizes)
    field, count = rows["field"], rows["count"]
    if not wholes:
        known = term >= 0
        term, node, field, count = term[known], node[known], field[known], count[known]
    path_node, path_term = _path_rows(files, first, numbers, wholes)
    windows = None if wholes else window_rows(files, first, table)
    return RowBatch(
        first,
        files[-1].first_node + files[-1].node_count - first,
        np.concatenate([node, path_node]),
        np.concatenate([field, np.full(len(path_node), int(Field.PATH), dtype=np.uint8)]),
        np.concatenate([term, path_term]),
        np.concatenate([count, np.ones(len(path_node), dtype=np.uint16)]),
        windows,
    )


def _numbered(files: list[TermFile], numbers: TermNumbers, wholes: bool) -> Iterator[Iterable[int]]:
    """Numbers of every file's vocabulary; −1 for whole identifiers that are not wanted, which stand together in it."""
    for file in files:
        vocabulary = file.terms.vocabulary
        if wholes:
            yield map(numbers.__getitem__, vocabulary)
            continue
        low, high = bisect_left(vocabulary, WHOLE), bisect_left(vocabulary, AFTER_WHOLE)
        yield map(numbers.__getitem__, vocabulary[:low])
        yield repeat(-1, high - low)
        yield map(numbers.__getitem__, vocabulary[high:])


def _path_rows(
    files: list[TermFile], first: int, numbers: TermNumbers, wholes: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(node, term) of the terms of every file's path, for each of its nodes."""
    on_paths = [[numbers[term] for term in path_terms(file.path) if wholes or not term.startswith(WHOLE)] for file in files]
    term = np.fromiter(chain.from_iterable(on_paths), dtype=np.int64)
    words = np.array(list(map(len, on_paths)), dtype=np.int64)
    node_counts = np.array([file.node_count for file in files], dtype=np.int64)
    begins = np.array([file.first_node - first for file in files], dtype=np.int64)
    within = np.arange(int(node_counts.sum())) - np.repeat(np.cumsum(node_counts) - node_counts, node_counts)
    node = np.repeat(begins, node_counts) + within
    a_node = np.repeat(words, node_counts)
    at = np.repeat(np.repeat(np.cumsum(words) - words, node_counts) - (np.cumsum(a_node) - a_node), a_node)
    return np.repeat(node, a_node), term[at + np.arange(len(at))]
