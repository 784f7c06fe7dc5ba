"""The class `LeIndex`: what a user can ask, each answered by the part that knows. See the package's docstring.

What answers a question is imported when it is asked, so that a process that only indexes carries neither graph nor numpy.
"""

import os
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO, TypeVar

from lepasserelle.config import load_settings
from lepasserelle.errors import ConfigError, NotIndexedError, ProjectError
from lepasserelle.files import WalkRules, resolve_project
from lepasserelle.ingest import ProgressListener
from lepasserelle.leindex import checking, meaning, needs, reports, words
from lepasserelle.leindex.asking import GraphQuestions, LineQuestions
from lepasserelle.leindex.background import Background, BackgroundRun
from lepasserelle.leindex.control import Served, start_control
from lepasserelle.leindex.current import CurrentGeneration
from lepasserelle.leindex.gate import gated
from lepasserelle.leindex.generation import PDG, VECTORS, OpenGeneration
from lepasserelle.leindex.keeper import ANALYSIS, Keeper
from lepasserelle.leindex.needs import Need
from lepasserelle.leindex.places import relative_path
from lepasserelle.leindex.questions import in_range, slice_question
from lepasserelle.leindex.staleness import Known, Staleness, StalenessWatch, known_by_last_run
from lepasserelle.leindex.tiering import figures, with_slow_dir, with_tiers
from lepasserelle.leindex.words import GraphFormat, ResolutionFilter, SearchMode
from lepasserelle.memory import Holder, MemoryConfig, MemoryManager, SpillReport, WarmStrategy
from lepasserelle.model import (
    LINE_MODES,
    Analysis,
    CacheCheck,
    CacheStats,
    ContextRequest,
    FileOutline,
    FolderOutline,
    IndexReport,
    MemoryReport,
    Page,
    Reading,
    Remarks,
    Request,
    SearchHit,
    SearchRequest,
    Status,
    WarmReport,
    cut_told,
    question_of,
)
from lepasserelle.model.slices import Slice, SliceQuestion
from lepasserelle.model.tiers import TierFigures
from lepasserelle.storage import Manifest, checked_folder
from lepasserelle.wording import counted

if TYPE_CHECKING:
    from lepasserelle.ingest import Ingest, Repaired
    from lepasserelle.leindex.working_tree import WorkingTree

Answer = TypeVar("Answer")


@gated
class LeIndex(GraphQuestions, LineQuestions):
    """The index of one project: made by `index_project`, then asked. A context manager; usable from several threads.

    `project` is its folder; `memory` says how much it may hold; `settings` are those of `docs/guide/configuration.md`, and stand
    over file and environment. Opening reads nothing but the settings. After `os.fork` a child may go on with it: it opens the index
    anew. Close it: until then a thread looks after its memory. `control` lets `leindex cache` and `leindex memory` of the same user
    reach it until it is closed.

    Raises `ProjectError` when `project` is no readable folder, `ConfigError` for a setting that is unknown or out of range,
    `IndexFolderError` when the folder of the index holds something else, `LimitTooLowError` when a limit leaves no room to work in.
    """

    def __init__(
        self, project: str | os.PathLike[str], memory: MemoryConfig | None = None, *, control: bool = False, **settings: object
    ) -> None:
        if not isinstance(project, str | os.PathLike) or not os.fspath(project):
            raise ProjectError(f"a project is a folder, given as a text or a path; got {project!r}")
        if memory is not None and not isinstance(memory, MemoryConfig):
            raise ConfigError(f"memory is a MemoryConfig(…) or None; got {memory!r}")
        self.project: Path = resolve_project(Path(project))
        self.settings = with_slow_dir(load_settings(self.project, settings), memory)
        self.folder: Path = checked_folder(self.settings.index_folder(self.project), self.project)
        self._peak_bytes: int | None = None
        self._local = threading.local()
        self._current = CurrentGeneration(self.folder, self._rebuild, self._index_again, self._note, self.settings, self.project)
        self._keeper = Keeper(self.project, self.folder, with_tiers(memory, self.settings, self.project), self._current)
        self._rules = WalkRules.from_settings(self.settings)
        self._watch = StalenessWatch(
            self.project,
            self._rules,
            self._known_files,
            self.settings.stale_check_ms,
            self.settings.stale_interval_ms,
            claim=self._claim_for_staleness,
        )
        self.background = Background(self.project, self.settings, self._has_indexed)
        self.is_service = False
        """Nobody waits for a whole index to be made: a question that would, raises `NotIndexedError`."""
        self._control: Served | None = start_control(self) if control else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index, end the thread that looks after its memory, and no longer answer other processes. It is no end: who
        asks again (or reloads, or warms), also in another thread meanwhile, has it opened and looked after, until the next `close`.
        """
        with ExitStack() as closing:  # whatever fails, the rest is closed
            closing.callback(self._current.close)
            closing.callback(self._keeper.close)
            closing.callback(self.background.stop)
            if self._control is not None:
                closing.callback(self._control.close)

    @cached_property
    def _tree(self) -> "WorkingTree":
        from lepasserelle.leindex.working_tree import WorkingTree

        return WorkingTree(self.project, self._rules)

    @property
    def manager(self) -> MemoryManager:
        """The memory manager: limits, watermarks, events, statistics."""
        return self._keeper.manager

    @property
    def notes(self) -> tuple[str, ...]:
        """What this thread's last question did beside answering (built a missing index, repaired a damaged one), and how many
        files are newer than the index, where any are known to be: looked for as `staleness` does, when this is read.
        """
        return tuple(filter(None, (*self._deeds, self.staleness().told)))

    @property
    def _deeds(self) -> tuple[str, ...]:
        return tuple(getattr(self._local, "notes", ()))

    # ── making ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def index_project(self, progress: ProgressListener | None = None) -> IndexReport:
        """Index the project, or bring its index up to date; only files whose content changed are parsed.

        `progress` is called at most about ten times a second. Raises `ProjectError` without any readable source, `LockedError` when
        another process is writing, `StorageError` when the index cannot be written, `WorkerError` when parsing is not possible at
        all. Whatever happens, the last generation stays as it was until the next one is complete.
        """
        report = self._ingest().index(progress)
        self._has_indexed(report)
        return report

    def _has_indexed(self, report: IndexReport) -> None:
        self._peak_bytes = report.peak_bytes
        self._watch.forget()
        self._keeper.forget_before(report.generation)

    def index_in_background(self) -> BackgroundRun:
        """The run in a child process that goes on, or a new one; nothing is waited for. `close` ends it."""
        limit_bytes = self.manager.config.memory_limit_bytes
        if limit_bytes is not None:
            limit_bytes = max(self.manager.config.allocation_unit_bytes, limit_bytes - self.manager.statistics().bound_bytes)
        return self.background.start(limit_bytes)

    # ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def search(
        self,
        query: str,
        top_k: int = 10,
        mode: SearchMode = "hybrid",
        language: str | None = None,
        kind: str | None = None,
        path: str | None = None,
        progress: ProgressListener | None = None,
        *,
        flat: bool = False,
    ) -> list[SearchHit]:
        """The best places of the at most `top_k` best files for a symbol (`QuerySet.filter`) or a question in words, best first.

        Further places of each file are folded under its best one, as `also`. With `flat`, and where the filters leave one file
        only, the at most `top_k` best places are listed one by one.
        `language`, `kind` (a `NodeKind` word) and `path` (a glob over posix paths) keep only what passes all of them. A project
        without an index is indexed first, and `notes` says so. Raises `QueryError` for a question or filter that cannot be
        understood.
        """
        words.check_text(query=query)
        words.check_filters(language=language, kind=kind, path=path)
        words.check_flags(flat=flat)
        self._local.notes = []
        if mode in LINE_MODES:
            from lepasserelle.leindex.lines import line_question
            from lepasserelle.query.patterns import Pattern

            pattern = Pattern(query, mode == "regex")
            question = line_question(pattern, top_k, language, kind, path)
            return self._lines_told(pattern, self._ask_or_index(question, (PDG, VECTORS), progress, needs.text_search()))
        self._note(cut_told(query))
        asked = (query, top_k, mode, language, kind, path, flat)
        return self._ask_or_index(partial(meaning.search, self._note, asked), (PDG, VECTORS), progress, needs.search(top_k))

    def analyze(
        self,
        question: str,
        token_budget: int = 2000,
        language: str | None = None,
        kind: str | None = None,
        path: str | None = None,
        progress: ProgressListener | None = None,
    ) -> Analysis:
        """Code that answers a question and what is near to it in the graph: of most value a token, whole, or as heads.

        Its text takes at most `token_budget` tokens by the documented upper bound (`query.tokens`), headings included, and says
        what was left out. Answers are kept: the same question of the same generation is computed once. Filters and a missing index
        as in `search`. Raises `QueryError`.
        """
        words.check_text(question=question)
        words.check_filters(language=language, kind=kind, path=path)
        in_range("token_budget", token_budget, *needs.BUDGETS)
        self._local.notes = []
        self._note(cut_told(question))
        asked = (question.encode("utf-8", "replace").decode(), token_budget, language, kind, path)
        return self._ask_or_index(partial(meaning.analyze, self._note, asked, self._keeper), (), progress)

    def answer(self, request: Request) -> Page:
        """The bounded answer to a request: what a command with `--max-tokens` and a tool call print.

        Its text takes at most `request.max_tokens` tokens, says what was cut and how many files have changed since. Raises as the
        question itself does, and `QueryError` for an argument out of its range; without an index, search and context have it made
        first, the others raise `NotIndexedError`.
        """
        words.check_request(request)
        from lepasserelle.leindex.desk import Desk, caches_of

        self._local.notes = []
        stale = self.staleness()

        def answered(generation: OpenGeneration) -> Page:
            if PDG in caches_of(request) and not isinstance(request, SearchRequest | ContextRequest):
                self._noted(generation.graph())
            if isinstance(request, SearchRequest | ContextRequest):
                self._note(meaning.told(generation, request.mode if isinstance(request, SearchRequest) else "hybrid"))
            remarks = Remarks("", stale.stale_files, stale.stale_is_lower_bound, self._deeds, cut=cut_told(question_of(request)))
            sliced = partial(self._sliced, generation)
            return Desk(generation, remarks, self.project, self._tree, sliced).answer(request)

        need = needs.of_request(request)
        if isinstance(request, SearchRequest | ContextRequest) and not self.is_service:
            return self._ask_or_index(answered, caches_of(request), None, need)
        return self._ask(answered, caches_of(request), need)

    def answer_from_text(self, request: Request, why: str) -> Page:
        """What can be said of a request without an index: lines of the working tree, marked as partial for the reason `why`.

        Follows the rules of indexing. Raises `QueryError`, `ProjectError`.
        """
        words.check_request(request)
        return self._tree.answer(request, Remarks(partial=why, cut=cut_told(question_of(request))))

    def outline(self, path: str = "") -> FileOutline | FolderOutline:
        """What is in a file (definitions, in order) or in a folder (folders and files); `""` is the project.

        Raises `QueryError` for a path that the index does not hold, `NotIndexedError`.
        """
        from lepasserelle.leindex.outlines import outline_of

        words.check_text(path=path)
        self._local.notes = []
        inside = relative_path(self.project, path)
        return self._ask(lambda generation: outline_of(generation.graph(), inside), (PDG,))

    def read(self, target: str) -> Reading:
        """The indexed text of a symbol, of `PATH:FIRST-LAST` or of `PATH`, with what stands around it in the graph.

        Only what the index holds is read. Raises `UnknownSymbolError`, `NotIndexedError`, and `QueryError` for a path or lines that
        are not there and a name that several definitions have.
        """
        from lepasserelle.leindex.reading import read_target

        words.check_text(target=target)
        self._local.notes = []
        return self._ask(
            lambda generation: read_target(generation.graph(), generation.text(), self.project, target, self._tree.differs),
            (PDG, VECTORS),
        )

    def slice(
        self,
        path: str,
        line: int,
        variable: str = "",
        *,
        forward: bool = False,
        across_calls: bool = False,
        assume_pure: bool = False,
        depth: int = 3,
        most_functions: int = 100,
    ) -> Slice:
        """The statements that what happens in a line of a file depends on (`forward`: that depend on it), with their reasons.

        `variable` (`total`, `self.items`) asks for its value at the line only. `across_calls` goes on through parameters, returned
        values and names of files, over at most `depth` calls and `most_functions` functions; what was cut is in the slice's notes.
        Without it, and for calls that cannot be followed, a call is taken to change everything that it is given; `assume_pure`:
        nothing. Raises `QueryError` for a file, line or variable that is not there and for a language without statement level,
        `NotIndexedError`.
        """
        words.check_text(path=path, variable=variable)
        self._local.notes = []
        question = slice_question(self.project, path, line, variable, forward, across_calls, assume_pure, depth, most_functions)
        return self._ask(lambda generation: self._sliced(generation, question), ())

    def _sliced(self, generation: OpenGeneration, question: SliceQuestion) -> Slice:
        return self._keeper.sliced(generation, question, lambda: generation.slicer(self._keeper.bodies(generation)).slice(question))

    def export_graph(
        self, stream: TextIO, edges: str = "calls", form: GraphFormat = "adjacency", resolution: ResolutionFilter = "inferred"
    ) -> None:
        """Write the edges of one kind to `stream`: as adjacency (JSON, every definition to the sorted names it reaches), GraphML
        or DOT.
        """
        from lepasserelle.leindex.answers import write_graph

        words.check_text(edges=edges, form=form)
        self._local.notes = []
        self._ask(lambda generation: write_graph(generation.graph(), stream, edges, form, resolution), (PDG,), needs.export())

    # ── state ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def status(self) -> Status:
        """What is indexed, how fresh it is and what it costs. Without an index generation 0."""
        self._local.notes = []
        return reports.status(self.project, self.folder, self._manifest(), self.staleness(), self.memory_report(), self._deeds)

    def memory_report(self) -> MemoryReport:
        """What this process and its children hold, and the bytes of each part of the index."""
        try:
            return self._current.ask(lambda generation: reports.memory(self.folder, generation, self._peak_bytes))
        except NotIndexedError:
            return reports.memory(self.folder, None, self._peak_bytes)

    def left_out(self) -> dict[str, int]:
        """How many files that may be text (`build output`: folders) are not in the index, by reason: no line there is found."""
        manifest = self._manifest()
        return {} if manifest is None else manifest.left_out

    def staleness(self) -> Staleness:
        """How many files are newer than the index, as far as it is known: waits `stale_check_ms` at most, later not at all."""
        return self._watch.check()

    # ── memory ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def check_memory_and_spill(self) -> bool:
        """Look at memory now, and spill down to the low mark when the high one is passed. True when something really went."""
        return self.manager.check_and_spill()

    def spill_cache(self, name: str, *, cold: bool = False) -> SpillReport:
        """Let `pdg`, `vectors` or `analysis` go, and say all that was measured; also that it could not go, or
        not all of it: then `error` says what stays, and why.
        """
        return self._keeper.let_go(name, cold=cold)

    def spill_pdg_cache(self, *, cold: bool = False) -> int:
        """Let the graph go; bytes that this process gave back, measured. 0 when it was not in memory.

        `cold`: have the system forget its file too, as far as no other process maps it; coming back then reads the disk. The next
        question that needs it brings it back. Raises `CacheError` when it could not go; it stays usable then.
        """
        return self._keeper.spill(PDG, cold=cold)

    def spill_vector_cache(self, *, cold: bool = False) -> int:
        """Let the search index go (vectors, words, text). As `spill_pdg_cache`."""
        return self._keeper.spill(VECTORS, cold=cold)

    def spill_all_caches(self, *, cold: bool = False) -> tuple[int, int]:
        """Let graph and search index go, and move answers to the store; (bytes of the graph, bytes of the search index).

        Raises `StoreFullError` when the store has no room for all answers, `CacheError` when something else could not go: graph and
        search index, for which no room is needed, are gone then, and so are the answers that could go.
        """
        given_back = self.spill_pdg_cache(cold=cold), self.spill_vector_cache(cold=cold)
        self._keeper.spill(ANALYSIS)
        return given_back

    def reload_pdg_from_cache(self) -> bool:
        """Bring the graph back: from its segment, or from lestockage when that is gone or damaged. False when it was there.

        Raises `NothingToReloadError` when nothing is indexed.
        """
        self._local.notes = []
        return self._keeper.reload(PDG)

    def reload_vector_from_pdg(self) -> int:
        """Encode every node anew, build the vectors (and HNSW) again, and load them; returns how many nodes there are.

        The ordinary way back is to map the stored index, which any search does by itself. Raises `NothingToReloadError` when
        nothing is indexed, and as `index_project` does.
        """
        self._local.notes = []
        self._keeper.require_index(VECTORS)
        self._ingest().rebuild(["vectors"], anew=True)
        self._keeper.reload(VECTORS)
        return self._ask(lambda generation: generation.vector_count(), (VECTORS,), needs.NOTHING)

    def warm_caches(self, strategy: WarmStrategy = WarmStrategy.ALL) -> WarmReport:
        """Load caches ahead of need, never beyond the low mark. Raises `NothingToReloadError` when nothing is indexed."""
        self._local.notes = []
        return self._keeper.warm(strategy)

    def get_cache_stats(self) -> CacheStats:
        """What the caches hold, what is spilled, and what happened to each."""
        return self._keeper.stats()

    def processes(self, also: Iterable[int] = ()) -> list[Holder] | None:
        """Every process that has this index open and can be looked into, and what it holds: private, shared, proportional; `also`:
        further ones to look at. None where the system does not tell.
        """
        return self.manager.meter.holders(self.folder, also)

    def verify_caches(self) -> CacheCheck:
        """Read everything that caches can be brought back from, and say what is damaged; the next question mends that."""
        with self.manager.reserve(needs.VERIFY_BYTES, "verify"):
            return checking.check(self.folder, self._keeper.store)

    def tiers(self) -> tuple[TierFigures, ...]:
        """Which stored answers and compressed copies lie in which folder, and why; segments with the fast one."""
        return figures(self._keeper.store, self._keeper.copies, self._current)

    def clear_cache_store(self) -> int:
        """Remove the stored answers of this project, and damaged ones that were put aside; bytes freed on disk.

        Raises `StorageError` when some must stay.
        """
        return self._keeper.store.clear()

    # ── wiring ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, question: Callable[[OpenGeneration], Answer], caches: tuple[str, ...], need: Need | None = None) -> Answer:
        """The answer of the newest generation; the caches that it reads are brought back first and stay until it is given, and what
        it may take is claimed (`need` None: what a question of these caches usually may).
        """

        def pinned(generation: OpenGeneration) -> Answer:
            with self._keeper.use(caches, generation, need):
                return question(generation)

        with self.manager.typed("a question"):
            return self._current.ask(pinned)

    def _ask_or_index(
        self,
        question: Callable[[OpenGeneration], Answer],
        caches: tuple[str, ...],
        progress: ProgressListener | None,
        need: Need | None = None,
    ) -> Answer:
        """As `_ask`; a project without an index is indexed first, and `notes` says so."""
        try:
            return self._ask(question, caches, need)
        except NotIndexedError:
            report = self.index_project(progress)
            self._note(f"there was no index; {counted(report.files, 'file was', 'files were')} indexed in {report.seconds:.1f} s")
        return self._ask(question, caches, need)

    def _ingest(self) -> "Ingest":
        from lepasserelle.ingest import Ingest

        return Ingest(self.project, self.settings, reserve=self.manager.reserve, most_bytes=self.manager.most_bytes)

    def _rebuild(self, kinds: list[str]) -> "Repaired":
        return self._ingest().rebuild(kinds)

    def _index_again(self) -> None:
        """What was made by another version: anew, unless a service makes it meanwhile."""
        if self.is_service:
            raise NotIndexedError("the index was made by another version; it is being made anew")
        self.index_project()

    def _note(self, note: str) -> None:
        if note and note not in self._deeds:
            self._local.notes = [*self._deeds, note]

    def _manifest(self) -> Manifest | None:
        try:
            return self._current.ask(lambda generation: generation.manifest)
        except NotIndexedError:
            return None

    def _claim_for_staleness(self) -> AbstractContextManager[object]:
        need, manifest = needs.staleness(), self._manifest()
        return self.manager.reserve(need.of({} if manifest is None else manifest.counts), need.tag, timeout_s=0)

    def _known_files(self) -> Known | None:
        return known_by_last_run(self.folder, self.settings, self._manifest())
