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

from lepasserelle.model import Sections
from lepasserelle.terms import WHOLE, QueryTerm
from lepasserelle.vectors.encoder import UNIT, Bags, Encoder, Mapped
from lepasserelle.vectors.exact import best_rows, similarities
from lepasserelle.vectors.trained import LEAST_COSINE, TrainedWords

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
        self.encoder: Encoder = TrainedWords(sections) if encoder is None else encoder
        self._least = np.float32(LEAST_COSINE * UNIT * UNIT if encoder is None else 0)
        self._graph = None
        if "hnsw" in sections:
            from lepasserelle.vectors.hnsw import Graph

            self._graph = Graph(np.asarray(sections["hnsw"], dtype=np.uint8), self.encoder.dimensions)

    def search(self, terms: Sequence[QueryTerm], limit: int, mask: NDArray[np.bool_] | None = None) -> Hits:
        """(nodes u32, cosines f32) of the at most `limit` nearest nodes, nearest first, all above 0 (`LEAST_COSINE` with the
        package's encoder). `mask`: which may be found.
        """
        query = self.encode_question(terms)
        if not query.any() or not len(self._vectors):
            return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.float32)
        rows = self._candidates(query, limit, mask)
        scores = similarities(self._vectors if rows is None else self._vectors[rows], query)
        if mask is not None:
            scores *= mask if rows is None else mask[rows]
        scores *= scores >= self._least
        kept = best_rows(scores, limit)
        nodes = kept if rows is None else rows[kept]
        return nodes.astype(np.uint32), scores[kept] / np.float32(UNIT * UNIT)

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
        """Rows worth scoring; None: all of them."""
        if self._graph is None:
            return None
        if mask is None:
            return self._graph.nearest(query, max(_MIN_FETCHED, _OVERFETCH * limit))
        shown = np.flatnonzero(mask)
        if len(shown) < _EXACT_BELOW_SHARE * len(mask):
            return shown
        wider = int(max(_MIN_FETCHED, _OVERFETCH * limit) * len(mask) / max(1, len(shown)))
        return self._graph.nearest(query, min(wider, len(mask)))
