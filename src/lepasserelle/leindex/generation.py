"""One pinned generation with the parts that answer from it, each opened and verified when it is first needed.

The parts belong to caches (`CACHES`): what is let go of and loaded together. Not here: which generation is current, and when a
cache goes. Invariants: a question asks one generation only, and holds it by a lease; the maps are closed and the pin is released
when it is retired and the last lease has ended, so that nothing is unmapped under a running question; who asks a generation pins
the caches that it reads (`MemoryManager.use`), so that none goes under it.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lepasserelle.errors import ConfigError, ModelError, StorageError
from lepasserelle.memory.protocol import GoOn, always
from lepasserelle.storage import DamagedSegment, Manifest, SegmentRef, Snapshot
from lepasserelle.storage.layout import SEGMENTS, frozen_path

if TYPE_CHECKING:
    from lepasserelle.graph import Graph
    from lepasserelle.leindex.table import DocumentTable
    from lepasserelle.leindex.texts import KeptTexts
    from lepasserelle.lexical import Lexical
    from lepasserelle.lexical.trigram_index import TrigramIndex
    from lepasserelle.query import Analyst, Ground, Searcher
    from lepasserelle.query.lowered import Bodies
    from lepasserelle.query.slices import Slicer
    from lepasserelle.storage import Segment, TextStore
    from lepasserelle.vectors import Encoder, Vectors

PDG: Final = "pdg"
VECTORS: Final = "vectors"
CACHES: Final[Mapping[str, tuple[str, ...]]] = {PDG: ("graph",), VECTORS: ("vectors", "lexical", "text", "trigrams")}
"""Kinds of segments that each cache maps."""

_BY_DEMAND: Final = frozenset({"text", "trigrams"})
"""Never populated: an answer reads a few of its blocks."""

_AS_STORED: Final = frozenset({"text"})
"""Lie in lestockage as they are in the segment."""

_LEAST_BLOCK_BYTES: Final = 64 * 1024
_MOST_BLOCKS: Final = 200

_LEAN_BYTES: Final = 1
"""Whether a node may be found, as a searcher keeps it; its incoming calls are the table's."""

_HNSW_BYTES: Final = 56
"""What usearch holds beside the map for each vector of a view (5.6 MB for 100 000, measured)."""


class OpenGeneration:
    """A generation that questions can be asked of, from any thread."""

    def __init__(self, snapshot: Snapshot, encoder_folder: Path | None = None, root: str = "") -> None:
        self._snapshot = snapshot
        self._root = root
        """The project's folder, for questions that hold a path."""
        self._encoder_folder = encoder_folder
        """Of the model that the vectors were made with; None: the package's own."""
        self._mutex = threading.RLock()
        self._segments: dict[str, Segment] = {}
        self._loaded: set[str] = set()
        self._graph: Graph | None = None
        self._table: DocumentTable | None = None
        self._vectors: Vectors | None = None
        self._lexical: Lexical | None = None
        self._text: TextStore | None = None
        self._texts: KeptTexts | None = None
        self._trigrams: TrigramIndex | None = None
        self._ground: Ground | None = None
        self._searcher: Searcher | None = None
        self._forms: dict[int, tuple[int, ...]] = {}
        """What searches found out about files; stays when the caches go, some hundred bytes a file of at most a few thousand."""
        self._is_for_lines = False
        self._leases = 0
        self._retired = False
        self.without_model = ""
        """Why the search index is without meaning: its model cannot be read. Known once the index is loaded; empty: it can."""
        self.is_setting_wrong = False
        """Whether that is a model of the user's."""

    @property
    def manifest(self) -> Manifest:
        """What it consists of."""
        return self._snapshot.manifest

    @property
    def number(self) -> int:
        """Its commit number."""
        return self.manifest.generation

    @property
    def was_searched(self) -> bool:
        """Whether what a search computes of the graph is there."""
        return self._ground is not None

    # ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def graph(self) -> "Graph":
        """The graph. Raises `DamagedSegment` when its file is damaged, as every part does."""
        from lepasserelle.graph import Graph

        with self._mutex:
            if self._graph is None:
                self._graph = Graph(self._segment("graph").sections)
                self._loaded.add(PDG)
            return self._graph

    def text(self) -> "TextStore":
        """The indexed text; part of the search index."""
        with self._mutex:
            self._open_lines()
            assert self._text is not None
            return self._text

    def texts(self) -> "KeptTexts":
        """The same, as questions for lines read it: some of it may be kept unpacked."""
        from lepasserelle.leindex.texts import KeptTexts

        with self._mutex:
            if self._texts is None:
                self._texts = KeptTexts(self.text())
            return self._texts

    def trigrams(self) -> "TrigramIndex":
        """Which files may hold a text; part of the search index."""
        with self._mutex:
            self._open_lines()
            assert self._trigrams is not None
            return self._trigrams

    def searcher(self) -> "Searcher":
        """The search over graph, words, vectors and text."""
        with self._mutex:
            if self._searcher is not None:
                return self._searcher
            self._searcher = found = self._new_searcher()
            vectors = self._segments["vectors"]
        if "hnsw" not in vectors.sections:  # compared one by one: a fault in the midst of that would stop every thread for a disk
            vectors.populate()
        return found

    def analyst(self) -> "Analyst":
        """Questions answered with code."""
        from lepasserelle.query import Analyst

        with self._mutex:
            return Analyst(self.graph(), self.searcher(), self.text())

    def slicer(self, bodies: "Bodies") -> "Slicer":
        """Slices, over bodies that are made when they are asked for."""
        from lepasserelle.query.slices import Slicer

        with self._mutex:
            return Slicer(self.graph(), self.text(), bodies)

    @cached_property
    def fingerprint(self) -> bytes:
        """16 bytes that are the same for the same content: of every segment kind and checksum."""
        return self.manifest.fingerprint

    @cached_property
    def _encoder_heap_bytes(self) -> int:
        if self._encoder_folder is None:
            return 0
        from lepasserelle.vectors.model_files import heap_bytes

        return heap_bytes(self._encoder_folder)

    def vector_count(self) -> int:
        """Nodes that have a vector; what shows it is read from the section table."""
        with self._mutex:
            return len(self._segment("vectors").sections["vectors"])

    def graph_bytes(self) -> tuple[int, Mapping[str, int]]:
        """(nodes, bytes by section) of the graph, from the section table: no page of it is read."""
        with self._mutex:
            segment = self._segment("graph")
            return len(segment.sections["nodes"]), segment.section_bytes

    # ── caches ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def is_loaded(self, cache: str) -> bool:
        """Whether questions can read it without anything being brought back."""
        return cache in self._loaded

    def refs(self, cache: str) -> list[SegmentRef]:
        """The segments that the cache maps."""
        return [ref for ref in self.manifest.segments if ref.kind in CACHES[cache]]

    def paths(self, cache: str) -> list[Path]:
        """Their files."""
        return [self._snapshot.folder / SEGMENTS / ref.name for ref in self.refs(cache)]

    def expect(self, *, only_lines: bool) -> None:
        """What the next question is for. Looking for lines reads neither words nor vectors: they are opened and verified when a
        search first asks for them, unless they take heap, which must be claimed before.
        """
        self._is_for_lines = only_lines and not self.heap_bytes(VECTORS)

    def missing(self, cache: str) -> dict[str, bool]:
        """Kinds whose file is gone, each with whether it can be had without building: from a copy, or as it lies in lestockage."""
        gone = [ref for ref, path in zip(self.refs(cache), self.paths(cache), strict=True) if not path.is_file()]
        found = {ref.kind: ref.kind in _AS_STORED or frozen_path(self._snapshot.folder, ref.name).exists() for ref in gone}
        if not all(found.values()):
            stored = self._stored_copies()
            found |= {ref.kind: True for ref in gone if ref.name in stored}
        return found

    def _stored_copies(self) -> set[str]:
        """Names of the segments of which lestockage keeps a copy."""
        from lepasserelle.storage import Lestockage

        with suppress(StorageError), Lestockage.open(self._snapshot.folder, writable=False) as lestockage:
            return lestockage.copies()
        return set()

    def segment_files(self) -> tuple[list[int], list[int]]:
        """Lengths of its segments, and of the compressed copies that are there, in bytes."""
        copies = []
        for ref in self.manifest.segments:
            with suppress(OSError):
                copies.append(frozen_path(self._snapshot.folder, ref.name).stat().st_size)
        return [ref.size_bytes for ref in self.manifest.segments], copies

    def load(self, cache: str, *, populate: bool) -> None:
        """Make a cache readable; what has changed on disk since it was verified is opened and verified anew.

        The caller holds a lease. Raises as `graph` does.
        """
        with self._mutex:
            kinds = [kind for kind in CACHES[cache] if kind in _BY_DEMAND or not self._is_for_lines or cache == PDG]
            if cache not in self._loaded:
                for kind in kinds:
                    self._renew(kind)
            if cache == PDG:
                self.graph()
            elif self._is_for_lines:
                self._open_lines()
            else:
                self._open_search_index()
            segments = [self._segments[kind] for kind in kinds if kind not in _BY_DEMAND]
        if populate:
            for segment in segments:
                segment.populate()

    def open_segments(self) -> "dict[str, Segment]":
        """Those that are mapped now, by kind."""
        with self._mutex:
            return dict(self._segments)

    def blocks(self, cache: str) -> dict[str, int]:
        """Names of all blocks of pages of a cache, with their bytes."""
        sizes = {}
        for ref in self.refs(cache):
            size_bytes = block_bytes(ref.size_bytes)
            for number in range(-(-ref.size_bytes // size_bytes)):
                sizes[f"{ref.kind}:{size_bytes}:{number}"] = min(size_bytes, ref.size_bytes - number * size_bytes)
        return sizes

    def touched_blocks(self, cache: str) -> list[str]:
        """Blocks of which this process holds a page; none where the system does not tell."""
        with self._mutex:
            segments = [self._segments[kind] for kind in CACHES[cache] if kind in self._segments]
        sizes = [block_bytes(segment.file_bytes) for segment in segments]
        return [
            f"{segment.ref.kind}:{size_bytes}:{number}"
            for segment, size_bytes in zip(segments, sizes, strict=True)
            for number in segment.resident_blocks(size_bytes) or ()
        ]

    def bring_in(self, blocks: Iterable[str]) -> None:
        """Have these blocks in memory; what is not mapped, or of another size now, is left out."""
        segments = self.open_segments()
        for block in blocks:
            kind, size, number = block.split(":")
            segment = segments.get(kind)
            if segment is not None and int(size) == block_bytes(segment.file_bytes):
                segment.populate(int(number) * int(size), int(size))

    def check(self, cache: str) -> None:
        """Raise `DamagedSegment` when somebody wrote to a segment of it while it is mapped; a few microseconds."""
        for kind in CACHES[cache]:
            segment = self._segments.get(kind)
            if segment is not None and segment.is_overwritten:
                raise DamagedSegment(segment.ref, segment.path, "it was written to after it had been verified")

    def let_go(self, cache: str, go_on: GoOn = always) -> int:
        """Give the pages of a cache back and drop what was made of it; returns bytes, by the account of `resident_bytes`.

        Nobody reads the cache. Pages go first, in steps, while nobody is kept from the other caches; when `go_on` says no, what was
        made of them stays, and reads bring them again.
        """
        with self.lease():
            with self._mutex:
                segments = [self._segments[kind] for kind in CACHES[cache] if kind in self._segments]
            given = [segment.give_back(go_on) for segment in segments]
            with self._mutex:
                if not go_on():
                    return sum(amount or 0 for amount in given)
                held_bytes = self._computed_bytes(cache) if cache in self._loaded else 0
                self._drop(cache)
                return held_bytes + sum(map(self._unmapped, segments, given))

    def let_go_texts(self) -> int:
        """Keep no text unpacked, and everything else; returns bytes."""
        texts = self._texts
        return 0 if texts is None else texts.let_go()

    def texts_suffice(self, cache: str, target_bytes: int) -> bool:
        """Whether letting go of them alone frees so much, and that is not all that the cache holds."""
        texts = self._texts
        return cache == VECTORS and texts is not None and target_bytes <= texts.held_bytes < self.resident_bytes(cache)

    def resident_bytes(self, cache: str) -> int:
        """What letting go of it would give back: pages that are in memory, and what was computed from them."""
        with self._mutex:
            if cache not in self._loaded:
                return 0
            segments = [self._segments[kind] for kind in CACHES[cache] if kind in self._segments]
            return sum(map(_held_bytes, segments)) + self._computed_bytes(cache) + self._encoder_bytes(cache)

    def heap_bytes(self, cache: str) -> int:
        """What loading a cache allocates beside its pages: usearch's own when there is an HNSW graph, and a tokenizer's."""
        symbols, exact_limit = self.manifest.counts.get("symbols", 0), self.manifest.features.get("exact_limit", 0)
        graph_bytes = _HNSW_BYTES * symbols if symbols > exact_limit else 0
        return graph_bytes + self._encoder_heap_bytes if cache == VECTORS else 0

    # ── life ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

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

    def _new_searcher(self) -> "Searcher":
        from lepasserelle.leindex.table import DocumentTable
        from lepasserelle.query import Ground, Searcher

        self._open_search_index()
        assert self._lexical is not None
        assert self._vectors is not None
        assert self._text is not None
        if self._table is None or self._ground is None:
            self._table = DocumentTable(self.graph())
            self._ground = Ground(self._table, self._forms, self._root)
        return Searcher(self._ground, self._lexical, self._vectors, self._text)

    def _open_search_index(self) -> None:
        from lepasserelle.lexical import Lexical
        from lepasserelle.vectors import NoEncoder, Vectors

        self._open_lines()
        if self._vectors is None:
            self._renew("lexical")
            self._lexical = Lexical(self._segments["lexical"].sections)
            self._renew("vectors")
            sections = self._segments["vectors"].sections
            self.without_model = ""
            try:
                self._vectors = Vectors(sections, self._encoder())
            except (ModelError, ConfigError) as error:  # words and names are whole
                self.without_model, self.is_setting_wrong = str(error), isinstance(error, ConfigError)
                self._vectors = Vectors(sections, NoEncoder(sections["vectors"].shape[1]))

    def _open_lines(self) -> None:
        """What lines are found by."""
        from lepasserelle.lexical.trigram_index import TrigramIndex
        from lepasserelle.storage import TextStore

        if VECTORS not in self._loaded:
            self._text = TextStore(self._segment("text").sections)
            self._trigrams = TrigramIndex(self._segment("trigrams").sections)
            self._loaded.add(VECTORS)

    def _encoder(self) -> "Encoder | None":
        if self._encoder_folder is None:
            return None
        from lepasserelle.vectors.static_model import open_model

        return open_model(self._encoder_folder)

    def encoder_paths(self, cache: str) -> tuple[Path, ...]:
        """The file of that table, once questions can read it."""
        return self._vectors.encoder_files() if cache == VECTORS and self._vectors is not None else ()

    def _encoder_bytes(self, cache: str) -> int:
        """Pages of the encoder's own table, which all generations and projects of the process share."""
        return self._vectors.encoder_bytes() if cache == VECTORS and self._vectors is not None else 0

    def _computed_bytes(self, cache: str) -> int:
        if cache == PDG:
            table = self._table.computed_bytes() if self._table is not None else 0
            if self._table is None or self._ground is None:
                return table
            return table + _LEAN_BYTES * self._table.node_count + self._ground.paths.held_bytes
        sections = self._segments["vectors"].sections if "vectors" in self._segments else {}
        texts_bytes = 0 if self._texts is None else self._texts.held_bytes
        return texts_bytes + (_HNSW_BYTES * len(sections["vectors"]) if "hnsw" in sections else 0)

    def _segment(self, kind: str) -> "Segment":
        if kind not in self._segments:
            self._segments[kind] = self._snapshot.segment(kind)
        return self._segments[kind]

    def _renew(self, kind: str) -> None:
        """Map the segment, unless it is mapped and its file is the one that was verified."""
        segment = self._segments.get(kind)
        if segment is not None and not segment.is_unchanged:
            segment.close()
            del self._segments[kind]
        self._segment(kind)

    def _unmapped(self, segment: "Segment", given_bytes: int | None) -> int:
        """What a segment gave back; what dropping touched goes, too. Where pages cannot be given back, unmapping does it."""
        if given_bytes is None:
            segment.close()
            self._segments.pop(segment.ref.kind, None)
            return segment.file_bytes
        segment.give_back()
        return given_bytes

    def _drop(self, cache: str) -> None:
        self._loaded.discard(cache)
        self._searcher = None
        if cache == PDG:
            if self._graph is not None:
                self._graph.close()
            self._graph = self._table = self._ground = None
            return
        if self._vectors is not None:
            self._vectors.close()
        self.let_go_texts()
        self._vectors = self._lexical = self._text = self._texts = self._trigrams = None

    def _close_if_done(self) -> None:
        if not self._retired or self._leases:
            return
        for cache in CACHES:
            self._drop(cache)
        for segment in self._segments.values():
            segment.close()
        self._segments = {}
        self._snapshot.close()


def block_bytes(file_bytes: int) -> int:
    """How much of a file is learned and warmed as one: 64 KiB, as the kernel brings in around a fault; more for large files."""
    size_bytes = _LEAST_BLOCK_BYTES
    while file_bytes > size_bytes * _MOST_BLOCKS:
        size_bytes *= 2
    return size_bytes


def _held_bytes(segment: "Segment") -> int:
    found = segment.resident_bytes()
    return segment.file_bytes if found is None else found
