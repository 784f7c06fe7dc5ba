"""Approximate nearest neighbours for many vectors: an HNSW graph (Malkov and Yashunin, 2018) by usearch, kept as bytes.

Not the ranking: what it finds is scored again exactly, so that an answer does not depend on how the graph was walked.
Invariants: the graph is built by one thread in the order of the rows (threads would make it differ between runs); the array under
a restored
view outlives it (usearch keeps no reference to the buffer: a closed map under it is a segmentation fault).
"""

import numpy as np
from numpy.typing import NDArray
from usearch.index import Index

CONNECTIVITY = 16
EXPANSION_ADD = 64
EXPANSION_SEARCH = 96


def _empty(dimensions: int) -> Index:
    return Index(
        ndim=dimensions,
        metric="ip",
        dtype="i8",
        connectivity=CONNECTIVITY,
        expansion_add=EXPANSION_ADD,
        expansion_search=EXPANSION_SEARCH,
    )


def build_graph(vectors: NDArray[np.int8]) -> NDArray[np.uint8]:
    """The serialised graph over the rows that are not zero; keys are row numbers."""
    rows = np.flatnonzero(np.any(vectors != 0, axis=1))
    index = _empty(vectors.shape[1])
    index.add(rows.astype(np.uint64), np.ascontiguousarray(vectors[rows]), threads=1)
    return np.frombuffer(bytes(index.save(None) or b""), dtype=np.uint8)


class Graph:
    """A view of a serialised graph. Holds the buffer that it reads from."""

    def __init__(self, serialised: NDArray[np.uint8], dimensions: int) -> None:
        self._buffer = np.ascontiguousarray(serialised)
        self._index: Index | None = _empty(dimensions)
        self._index.view(self._buffer.data)

    def nearest(self, query: NDArray[np.int8], count: int) -> NDArray[np.int64]:
        """About `count` rows near the query, ascending by number."""
        if self._index is None or not len(self._index):
            return np.zeros(0, dtype=np.int64)
        matches = self._index.search(query, count, threads=1)
        return np.sort(np.asarray(matches.keys, dtype=np.int64).ravel())

    def close(self) -> None:
        """Drops the index, then the buffer: only after this may the map under it be closed."""
        self._index = None
        self._buffer = np.zeros(0, dtype=np.uint8)
