"""What a child does to build segments: decode what lestockage holds, hand it to a builder, write the file that comes out.

The only place where graph, lexical and vectors stand side by side: they agree on a node's number because all three get the same
files in the same order, and they do not know each other. Runs in children: the memory that linking takes leaves with the process.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from lepasserelle.errors import ConfigError, DamagedError, ModelError, StorageError
from lepasserelle.files import path_to_os
from lepasserelle.ingest.copies import COPIED_KINDS, derivations
from lepasserelle.ingest.cores import give_way
from lepasserelle.ingest.counting import collect_missing
from lepasserelle.ingest.messages import (
    Alone,
    BuildFailed,
    BuildJob,
    Built,
    Damaged,
    Free,
    Relieved,
    Reply,
    Start,
)
from lepasserelle.ingest.segments import ROWS
from lepasserelle.ingest.taking_over import TakenOver
from lepasserelle.memory import pages
from lepasserelle.model import FileFacts, Sections
from lepasserelle.storage import ContentKey, DamagedFacts, IndexedFile, Lestockage, SegmentRef, write_segment
from lepasserelle.storage.contents import KINDS, BlobKind
from lepasserelle.terms import FileTerms, TermFile

if TYPE_CHECKING:
    from lepasserelle.graph import Graph
    from lepasserelle.ingest.relinking import Linking

_NEEDED_FOR: Final = {
    "graph": (
        ("lepasserelle.graph", "Graph"),
        ("lepasserelle.ingest.asides", "forked"),
        ("lepasserelle.ingest.relinking", "Linking"),
    ),
    "lexical": (("lepasserelle.lexical", "build"),),
    "vectors": (("lepasserelle.vectors", "build"),),
    "trigrams": (("lepasserelle.lexical.trigram_build", "build_trigrams"),),
}
"""Names of a recipe that take time to import (0.11 s of a processor for the graph's)."""


_NEED_TERMS: Final = frozenset({"lexical", "vectors"})
_WRITTEN_FOR: Final = frozenset({ROWS, *_NEED_TERMS})
"""What is built with something else for lestockage."""


_WORDS_FIRST: Final = 0.4
"""So much of all words is collected while linking reads facts, which takes as long; then its fork has the core."""


class Builder:
    """Builds segments of one index folder. What the likely ones need is imported at once, while others still parse."""

    def __init__(self, start: Start, tell: Callable[[Reply], None], taken: Callable[[], str]) -> None:
        """`tell`: what the parent is told before the answer; `taken`: waits for the kind that it deals, empty for none."""
        for kind in start.kinds:
            for module, name in _NEEDED_FOR.get(kind, ()):
                getattr(import_module(module), name)
        self._folder = Path(path_to_os(start.index))
        self._keeps_copies = start.settings.keep_copies
        self._exact_limit = start.settings.exact_limit
        self._forks = self._has_terms = False
        self._linking: Linking | None = None
        self._most_steps: int | None = None
        self._tell = tell
        self._taken = taken
        self._recipes: dict[str, Callable[[Lestockage, list[IndexedFile]], Sections]] = {
            "graph": self._graph,
            "lexical": _lexical,
            "vectors": lambda lestockage, files: _vectors(lestockage, files, start),
            "text": _text,
            "trigrams": _trigrams,
        }

    def build(self, job: BuildJob) -> Reply:
        """Write the segments that the job names, and the graph's rows when it names them."""
        self._forks, self._has_terms, self._linking = job.forks, False, None
        self._most_steps = job.most_steps
        if job.gives_way:
            give_way()
        return self._one_by_one(job) if job.words_first else self._built(job)

    def _one_by_one(self, job: BuildJob) -> Reply:
        """As `_built`, but words are collected in a fork: what cutting tokens leaves lying about is as much as all else that this
        process holds beside the height of linking. Between two segments nothing is open that a fork must not share.
        """
        from lepasserelle.ingest.asides import apart

        built = Built([])
        apart(lambda: self._collected(_WORDS_FIRST))
        for kind in self._kinds(job):
            if kind in _NEED_TERMS and not self._has_terms:
                self._has_terms = apart(self._collected) is not None
            reply = self._built(msgspec.structs.replace(job, kinds=[kind], asks=False))
            if not isinstance(reply, Built):
                return reply
            built = msgspec.structs.replace(built, segments=[*built.segments, *reply.segments], notes=[*built.notes, *reply.notes])
        return built

    def _collected(self, part: float = 1.0) -> bytes:
        with Lestockage.open(self._folder, writable=True) as lestockage:
            collect_missing(lestockage, lestockage.files(), part)
        return b""

    def _built(self, job: BuildJob) -> Reply:
        try:
            with Lestockage.open(self._folder, writable=not _WRITTEN_FOR.isdisjoint(job.kinds)) as lestockage:
                return self._build(lestockage, job)
        except DamagedError as error:
            return BuildFailed(str(error), damaged=True)
        except (StorageError, ModelError, ConfigError) as error:
            return BuildFailed(str(error), kind=type(error).__name__)

    def _graph(self, lestockage: Lestockage, files: list[IndexedFile]) -> Sections:
        """In two processes, where there is room for both: `Alone` when one is left, `Relieved` when that one is past its height."""
        from lepasserelle.graph import LinkFile
        from lepasserelle.graph.linking import in_turn
        from lepasserelle.ingest.asides import forked
        from lepasserelle.ingest.import_maps import import_maps

        decode = msgspec.msgpack.Decoder(FileFacts).decode

        def linked() -> Iterator[LinkFile]:
            for file, blob in lestockage.blobs("facts", files):
                yield LinkFile(file.path, file.module, file.key.language, file.flags, decode(blob))

        assert self._linking is not None
        tell = self._tell
        aside = partial(forked, relieved=lambda: tell(Relieved()), alone=lambda: tell(Alone())) if self._forks else in_turn
        return self._linking.link(linked, aside, import_maps(lestockage, files), self._most_steps)

    def _build(self, lestockage: Lestockage, job: BuildJob) -> Reply:
        files = lestockage.files()
        with ExitStack() as stack:
            over = TakenOver(job.former, lestockage, files, self._exact_limit, stack) if job.former is not None else None
            copier = stack.enter_context(ThreadPoolExecutor(1, "copies"))
            return self._build_kinds(lestockage, files, job, over, copier)

    def _build_kinds(
        self, lestockage: Lestockage, files: list[IndexedFile], job: BuildJob, over: TakenOver | None, copier: Executor
    ) -> Reply:
        segments: list[SegmentRef] = []
        graph: Graph | None = None
        told = (0, False)
        moved: list[int] | None = None
        """`_with_other_rows`"""
        try:
            for kind in self._kinds(job):
                if kind == ROWS:
                    assert graph is not None
                    _write_rows(lestockage, job.generation, files, graph, moved)
                    graph = None
                    continue
                kept = over.kept(kind) if over is not None else None
                if kept is not None:
                    segments.append(kept)
                    continue
                taken = over.sections(kind) if over is not None else None
                if taken is None and kind in _NEED_TERMS and not self._has_terms:
                    collect_missing(lestockage, files)
                    self._has_terms = True
                if taken is None and kind == "graph":
                    self._linking = _linking(self._folder, over)
                sections = taken if taken is not None else self._recipes[kind](lestockage, files)
                segments.append(write_segment(self._folder, job.generation, kind, sections))
                if self._keeps_copies and kind in COPIED_KINDS:
                    copier.submit(_copy, self._folder, segments[-1], over.former(kind) if over is not None else None)
                if kind == "graph":
                    graph = _opened(sections)
                    moved = _with_other_rows(graph, over, is_taken=taken is not None)
                    told = graph.edge_count, graph.calls_cut_short
                    self._leave(job.generation, segments[-1], over)
                del sections, taken  # else they stand beside the next ones while those are made
                pages.trim_heap()
        except DamagedFacts:
            return _all_damage(lestockage, files)
        return Built(segments, *told, self._linking.notes if self._linking is not None else [])

    def _kinds(self, job: BuildJob) -> Iterator[str]:
        """What the job names and, where it asks, what lies between this child and others, for as long as something is left."""
        yield from job.kinds
        while job.asks:
            self._tell(Free())
            kind = self._taken()
            if not kind:
                return
            yield kind

    def _leave(self, generation: int, graph: SegmentRef, over: TakenOver | None) -> None:
        """What is known of how this graph was linked, for who links next."""
        if self._linking is not None:
            self._linking.leave(generation, graph)
        elif over is not None:
            from lepasserelle.ingest.relinking import carry_over

            carry_over(self._folder, generation, over, graph)


def _linking(folder: Path, over: TakenOver | None) -> "Linking":
    from lepasserelle.ingest.relinking import Linking

    return Linking(folder, over)


def _copy(folder: Path, ref: SegmentRef, former: SegmentRef | None) -> None:
    """Make the compressed copy of a segment, beside what is built next: most of that is native code, which waits for no lock."""
    from lepasserelle.storage.frozen import freeze

    with suppress(StorageError, DamagedError):  # the parent sees that it is missing, tries again and says why
        freeze(folder, ref, derivations(ref.kind), former)


def _with_other_rows(graph: "Graph", over: TakenOver | None, *, is_taken: bool) -> list[int] | None:
    """Files whose rows may differ from the former generation's; None: any file's. `is_taken`: edges were taken over."""
    if over is None:
        return None
    return over.changed_files if is_taken else over.files_with_other_rows(graph)


def _write_rows(lestockage: Lestockage, generation: int, files: list[IndexedFile], graph: "Graph", moved: list[int] | None) -> None:
    """Write the rows of the files that moved, where lestockage has those of all others; else of all."""
    only = moved if moved is not None and lestockage.has_rows_of(file.path for file in files) else None
    symbols, edges = graph.symbol_rows(only), graph.edge_rows(only)
    lestockage.write_rows(generation, symbols, edges, graph.edge_words, others_stay=only is not None)


def _opened(sections: Sections) -> "Graph":
    from lepasserelle.graph import Graph

    return Graph(sections)


def _term_files(lestockage: Lestockage, files: list[IndexedFile]) -> Callable[[], Iterator[TermFile]]:
    decode = msgspec.msgpack.Decoder(FileTerms).decode

    def walk() -> Iterator[TermFile]:
        first_node = 0
        for file, blob in lestockage.blobs("terms", files):
            yield TermFile(file.path, first_node, file.definition_count, decode(blob))
            first_node += file.definition_count

    return walk


def _lexical(lestockage: Lestockage, files: list[IndexedFile]) -> Sections:
    from lepasserelle.lexical import build

    return build(_term_files(lestockage, files))


def _vectors(lestockage: Lestockage, files: list[IndexedFile], start: Start) -> Sections:
    from lepasserelle.vectors import build

    folder, encoder = start.settings.encoder_folder(Path(path_to_os(start.project))), None
    if folder is not None:
        from lepasserelle.vectors.static_model import open_model

        encoder = open_model(folder)
    return build(_term_files(lestockage, files), encoder, start.settings.exact_limit)


def _text(lestockage: Lestockage, files: list[IndexedFile]) -> Sections:
    from lepasserelle.storage import build_text

    return build_text(lambda: lestockage.blobs("text", files))


def _trigrams(lestockage: Lestockage, files: list[IndexedFile]) -> Sections:
    from lepasserelle.lexical.trigram_build import build_trigrams
    from lepasserelle.storage.text import unpack_text

    return build_trigrams(unpack_text(frame) for _, frame in lestockage.blobs("text", files))


def _all_damage(lestockage: Lestockage, files: list[IndexedFile]) -> Damaged:
    """Every file of which anything stored is damaged, so that one more round repairs them all."""
    paths: list[str] = []
    keys: dict[ContentKey, None] = {}
    for file in files:
        if any(_is_damaged(lestockage, kind, file) for kind in KINDS):
            paths.append(file.path)
            keys[file.key] = None
    return Damaged(paths, list(keys))


def _is_damaged(lestockage: Lestockage, kind: BlobKind, file: IndexedFile) -> bool:
    try:
        for _ in lestockage.blobs(kind, [file]):
            pass
    except DamagedFacts:
        return True
    return False
