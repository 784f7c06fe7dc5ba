"""From the terms of files to weighted bags, one a node and one a window of a long node.

Not an encoder: how much a field counts is decided here, how much a term tells is the encoder's.
Invariant: whole identifiers take no part (they are lexical's); a node without terms has an empty bag.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.terms import FIELD_COUNT, Field, RowBatch, TermFile, TermNumbers, WindowRows, row_batches
from lepasserelle.vectors.encoder import Bags

Floats = NDArray[np.float32]

FIELD_WEIGHTS: dict[Field, float] = {
    Field.NAME: 5.0,
    Field.SIGNATURE: 1.0,
    Field.DOCUMENTATION: 2.0,
    Field.BODY: 1.0,
    Field.PATH: 2.0,
    Field.SCOPE: 2.0,
}
"""A name says what a thing is in a few words and a body in many; without weights the body drowns it."""

_WEIGHTS = np.array([FIELD_WEIGHTS[Field(f)] for f in range(FIELD_COUNT)], dtype=np.float32)

_ADDED = np.array([int(f) for f in Field if f != Field.PATH] + [int(Field.PATH)]).argsort()
"""In which order the fields of a term are added: the path last."""


_NARROW = 1 << 31

PLACE_SHARE = 0.5
"""A window says what it says more than where it stands: name, path and scope of its node count so much of what they count for the
node itself (decision 298)."""

_OF_THE_NODE = np.isin(np.arange(FIELD_COUNT), (Field.NAME, Field.PATH, Field.SCOPE))
"""Fields of a node that each of its windows has: where the window stands."""


class _Words(NamedTuple):
    """Words in fields of rows, and what each is worth there."""

    row: NDArray[np.int64]
    field: NDArray[np.uint8]
    term: NDArray[np.int64]
    weight: Floats


class Corpus(NamedTuple):
    """What is encoded of a generation; both over one common vocabulary in order of first sight."""

    nodes: Bags
    windows: Bags
    window_nodes: NDArray[np.uint32]
    """The node of each window; ascending."""
    window_spans: NDArray[np.uint32]
    """Where in the node's file it begins and ends, shape (windows, 2); in one node ascending."""


def corpus(files: Iterator[TermFile]) -> Corpus:
    """The bags of all nodes and windows, in the order of the nodes."""
    numbers = TermNumbers()
    nodes, windows = _Gathered(), _Gathered()
    owners: list[NDArray[np.integer]] = [np.zeros(0, dtype=np.uint32)]
    spans = [np.zeros((0, 2), dtype=np.uint32)]
    node_count = 0
    for batch in row_batches(files, numbers, wholes=False):
        nodes.sizes.append(np.zeros(batch.first_node - node_count, dtype=np.int64))
        node_count = batch.first_node + batch.node_count
        weight = np.asarray(_WEIGHTS[batch.field] * _telling(batch.occurrences), dtype=np.float32)
        nodes.add(batch.node_count, *_added(_Words(batch.node, batch.field, batch.term, weight)))
        if batch.windows is not None:
            windows.add(len(batch.windows.nodes), *_added(_window_words(batch, batch.windows)))
            owners.append(batch.windows.nodes + batch.first_node)
            spans.append(batch.windows.spans)
    vocabulary = list(numbers)
    return Corpus(nodes.bags(vocabulary), windows.bags(vocabulary), np.concatenate(owners).astype(np.uint32), np.concatenate(spans))


class _Gathered:
    """Bags as they come, batch by batch."""

    def __init__(self) -> None:
        self.sizes: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
        self._terms: list[NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
        self._weights: list[Floats] = [np.zeros(0, dtype=np.float32)]

    def add(self, count: int, row: NDArray[np.int64], term: NDArray[np.int32], weight: Floats) -> None:
        """So many rows more, numbered from 0."""
        self.sizes.append(np.bincount(row, minlength=count))
        self._terms.append(term)
        self._weights.append(weight)

    def bags(self, vocabulary: list[str]) -> Bags:
        """All of them."""
        sizes = np.concatenate(self.sizes)
        indptr = np.zeros(len(sizes) + 1, dtype=np.int64)
        np.cumsum(sizes, out=indptr[1:])
        return Bags(vocabulary, indptr, np.concatenate(self._terms), np.concatenate(self._weights))


def _window_words(batch: RowBatch, windows: WindowRows) -> _Words:
    """The windows' own words, and those of their nodes' names, paths and scopes."""
    has_windows = np.zeros(batch.node_count, dtype=bool)
    has_windows[windows.nodes] = True
    shared = np.flatnonzero(_OF_THE_NODE[batch.field] & has_windows[batch.node])
    shared = shared[np.argsort(batch.node[shared], kind="stable")]
    first = np.searchsorted(batch.node[shared], windows.nodes)
    sizes = np.searchsorted(batch.node[shared], windows.nodes, side="right") - first
    at = shared[np.repeat(first - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))]
    body = _telling(windows.occurrences) * _share_of_node(windows) * _WEIGHTS[Field.BODY]
    around = _telling(batch.occurrences[at]) * _WEIGHTS[batch.field[at]] * np.float32(PLACE_SHARE)
    return _Words(
        np.concatenate([windows.row, np.repeat(np.arange(len(sizes)), sizes)]),
        np.concatenate([np.full(len(windows.row), int(Field.BODY), dtype=np.uint8), batch.field[at]]),
        np.concatenate([windows.term, batch.term[at]]),
        np.concatenate([body, around]),
    )


def _share_of_node(windows: WindowRows) -> Floats:
    """How much each word of a window tells in its node, as an inverse document frequency (Spärck Jones, 1972) among the node's
    windows: 1 where it stands in one of them, next to nothing where it stands in all of many.
    """
    node = windows.nodes[windows.row]
    keys = node * (int(windows.term.max(initial=0)) + 1) + windows.term
    order = np.argsort(keys)
    counts = np.diff(np.flatnonzero(np.diff(keys[order], prepend=-1)), append=len(keys))
    holding = np.empty(len(keys), dtype=np.float32)
    holding[order] = np.repeat(counts, counts)
    all_of_them = np.bincount(windows.nodes).astype(np.float32)[node]
    return np.asarray(np.log1p(all_of_them / holding) / np.log1p(all_of_them), dtype=np.float32)


def _telling(occurrences: NDArray[np.integer]) -> Floats:
    return np.float32(1) + np.log(occurrences.astype(np.float32))


def _added(words: _Words) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
    """(row, term, Σ over fields of weight), by row and term."""
    row, field, term, weight = words
    if not term.size:
        return row, term.astype(np.int32), weight
    width = int(term.max()) + 1
    keys = (row * width + term) * FIELD_COUNT + _ADDED[field]
    if keys.max() < _NARROW:  # nearly always, and half as wide is sorted in little more than half of the time
        keys = keys.astype(np.int32)
    order = np.argsort(keys)
    pairs = keys[order] // FIELD_COUNT
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    pairs = pairs[starts]
    found = pairs // width
    return found, (pairs - found * width).astype(np.int32), np.add.reduceat(weight[order], starts)
