"""Finds the nodes whose direction is nearest to a question's.

Not a ranking of answers: a similarity a node. Below the limit that the builder kept to there is no graph and every vector is
compared;
usearch is imported only when there is one.
Invariant: scores are exact cosines of the stored vectors; equal ones stand in the order of their nodes.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lepasserelle.foremost import foremost
from lepasserelle.model import Sections
from lepasserelle.terms import WHOLE, QueryTerm
from lepasserelle.vectors.encoder import UNIT, Bags, Encoder, Mapped
from lepasserelle.vectors.exact import similarities
from lepasserelle.vectors.trained import LEAST_COSINE, TrainedWords
from lepasserelle.vectors.windows import Windows

Hits = tuple[NDArray[np.uint32], NDArray[np.float32]]

_OVERFETCH = 4
_MIN_FETCHED = 64
_EXACT_BELOW_SHARE = 0.05
"""A mask that leaves less than this of all nodes is searched exactly: the graph would wade through what is hidden."""


class Vectors:
    """Nearest-neighbour search over the sections that `build` made. `encoder`: the one they were built with, if not that of the
    package.
    """

    def __init__(self, sections: Sections, encoder: Encoder | None = None) -> None:
        self._vectors = np.asarray(sections["vectors"], dtype=np.int8)
        self._windows = Windows(sections)
        self._node_count = len(self._vectors) - len(self._windows)
        self.encoder: Encoder = TrainedWords(sections) if encoder is None else encoder
        self._least = float(np.float32(LEAST_COSINE * UNIT * UNIT if encoder is None else 0))
        self._last: tuple[tuple[QueryTerm, ...], NDArray[np.int8]] | None = None
        self._graph = None
        if "hnsw" in sections:
            from lepasserelle.vectors.hnsw import Graph

            self._graph = Graph(np.asarray(sections["hnsw"], dtype=np.uint8), self.encoder.dimensions)

    def search(
        self, terms: Sequence[QueryTerm], limit: int, mask: NDArray[np.bool_] | None = None, window_share: float = 1.0
    ) -> Hits:
        """(nodes u32, cosines f32) of the at most `limit` nearest nodes, nearest first, all above 0 (`LEAST_COSINE` with the
        package's encoder). `mask`: which may be found. A node is as near as the nearest of its own direction and those of its
        windows, which count so much of themselves.
        """
        query = self._asked(terms)
        if not query.any() or not self._node_count:
            return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32)
        found = self._candidates(query, limit, mask)
        if found is None:
            scores = similarities(self._vectors, query)
            own, of_windows = scores[: self._node_count], scores[self._node_count :]
        else:
            rows = self._windows.rows_of(found)
            own = similarities(self._vectors[found], query)
            of_windows = similarities(self._vectors[rows + self._node_count], query)
        if window_share != 1:
            of_windows = of_windows * np.float32(window_share)
        own = self._windows.merged(own, of_windows, found)
        if mask is not None:
            own *= mask if found is None else mask[found]
        kept = foremost(own, limit, self._least)
        nodes = kept if found is None else found[kept]
        return nodes.astype(np.uint32), own[kept] / np.float32(UNIT * UNIT)

    def passage(self, node: int, terms: Sequence[QueryTerm]) -> tuple[int, int, bool] | None:
        """Where in its file the window of a node begins and ends that is nearest to the question, the first of equals, and whether
        it is nearer than the node's own direction. None: it has no windows, or the question no direction.
        """
        windows = self._windows.of(node)
        if not windows:
            return None
        query = self._asked(terms)
        if not query.any():
            return None
        wide = query.astype(np.int32)
        near = self._vectors[self._node_count + windows.start : self._node_count + windows.stop].astype(np.int32) @ wide
        best = int(np.argmax(near))
        return *self._windows.span(windows.start + best), bool(near[best] > self._vectors[node].astype(np.int32) @ wide)

    def _asked(self, terms: Sequence[QueryTerm]) -> NDArray[np.int8]:
        """The direction of a question; that of the last one is remembered, since its passages are asked for after it."""
        last, key = self._last, tuple(terms)
        if last is None or last[0] != key:
            last = self._last = key, self.encode_question(terms)
        return last[1]

    def encode_question(self, terms: Sequence[QueryTerm]) -> NDArray[np.int8]:
        """The question's direction, shape (dimensions,); zeros when no word of it is known."""
        plain = [term for term in terms if not term.term.startswith(WHOLE)]
        count = len(plain)
        bag = Bags(
            [term.term for term in plain],
            np.array([0, count], dtype=np.int64),
            np.arange(count, dtype=np.int64),
            np.array([term.weight for term in plain], dtype=np.float32),
        )
        row: NDArray[np.int8] = self.encoder.encode(bag)[0]
        return row

    def encoder_bytes(self) -> int:
        """What the encoder holds beside the sections: pages of its table, as `close` gives them back."""
        return self.encoder.resident_bytes() if isinstance(self.encoder, Mapped) else 0

    def encoder_files(self) -> tuple[Path, ...]:
        """What the encoder maps."""
        return (self.encoder.file,) if isinstance(self.encoder, Mapped) else ()

    def close(self) -> None:
        """Lets go of the graph, and of the encoder's pages; to be called before the map under the sections is closed."""
        if isinstance(self.encoder, Mapped):
            self.encoder.give_back()
        if self._graph is not None:
            self._graph.close()
            self._graph = None

    def _candidates(self, query: NDArray[np.int8], limit: int, mask: NDArray[np.bool_] | None) -> NDArray[np.int64] | None:
        """Nodes worth scoring, ascending; None: all of them."""
        if self._graph is None:
            return None
        count = max(_MIN_FETCHED, _OVERFETCH * limit)
        if mask is not None:
            shown = np.flatnonzero(mask[: self._node_count])
            if len(shown) < _EXACT_BELOW_SHARE * len(mask):
                return shown
            count = int(count * len(mask) / max(1, len(shown)))
        return self._windows.nodes_of(self._graph.nearest(query, min(count, len(self._vectors))), self._node_count)
