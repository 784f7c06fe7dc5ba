"""One pinned generation with the parts that answer from it, each opened and verified when it is first needed.

Not here: which generation is current. Invariants: a question asks one generation only, and holds it by a lease; the maps are closed
and the pin is released when it is retired and the last lease has ended, so that nothing is unmapped under a running question.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lepasserelle.storage import Manifest, Segment, SegmentRef, Snapshot

if TYPE_CHECKING:
    from lepasserelle.graph import Graph
    from lepasserelle.query import Searcher
    from lepasserelle.vectors import Vectors


class OpenGeneration:
    """A generation that questions can be asked of, from any thread."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._mutex = threading.RLock()
        self._segments: dict[str, Segment] = {}
        self._graph: Graph | None = None
        self._vectors: Vectors | None = None
        self._searcher: Searcher | None = None
        self._leases = 0
        self._retired = False

    @property
    def manifest(self) -> Manifest:
        """What it consists of."""
        return self._snapshot.manifest

    @property
    def number(self) -> int:
        """Its commit number."""
        return self.manifest.generation

    @property
    def mapped(self) -> list[SegmentRef]:
        """The segments that this process maps at present."""
        with self._mutex:
            return [segment.ref for segment in self._segments.values()]

    def graph(self) -> "Graph":
        """The graph. Raises `DamagedSegment` when its file is damaged, as every part does."""
        from lepasserelle.graph import Graph

        with self._mutex:
            if self._graph is None:
                self._graph = Graph(self._segment("graph").sections)
            return self._graph

    def searcher(self) -> "Searcher":
        """The search over graph, words, vectors and text."""
        from lepasserelle.leindex.table import DocumentTable
        from lepasserelle.lexical import Lexical
        from lepasserelle.query import Searcher
        from lepasserelle.storage import TextStore
        from lepasserelle.vectors import Vectors

        with self._mutex:
            if self._searcher is None:
                self._vectors = Vectors(self._segment("vectors").sections)
                lexical, text = Lexical(self._segment("lexical").sections), TextStore(self._segment("text").sections)
                self._searcher = Searcher(DocumentTable(self.graph()), lexical, self._vectors, text)
            return self._searcher

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Keep it open within the block."""
        with self._mutex:
            self._leases += 1
        try:
            yield
        finally:
            with self._mutex:
                self._leases -= 1
                self._close_if_done()

    def retire(self) -> None:
        """Close it as soon as nobody asks it any more."""
        with self._mutex:
            self._retired = True
            self._close_if_done()

    def _segment(self, kind: str) -> Segment:
        if kind not in self._segments:
            self._segments[kind] = self._snapshot.segment(kind)
        return self._segments[kind]

    def _close_if_done(self) -> None:
        if not self._retired or self._leases:
            return
        if self._vectors is not None:
            self._vectors.close()
        self._graph = self._vectors = self._searcher = None
        for segment in self._segments.values():
            segment.close()
        self._segments = {}
        self._snapshot.close()
