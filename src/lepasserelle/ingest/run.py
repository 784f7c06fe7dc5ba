"""The steps of one run under the writer's lock, from a walk to generation n+1.

The order is what makes it safe: contents are staged as they come, file rows are committed when all are there, segments are written
under names of their own, and the manifest is replaced last. A run that is killed, interrupted or fails leaves the last generation
as it was; children end with the block that started them. Not here: what changed (`plan`), reading (`harvest`), building
(`segments`).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from lepasserelle.config import Settings
from lepasserelle.errors import BudgetExceededError, DamagedError, ProjectError, StorageError
from lepasserelle.files import FileEntry, ModuleNames, Walk
from lepasserelle.files.looking_again import packed
from lepasserelle.files.records import TreeMarks
from lepasserelle.ingest.ahead import Ahead
from lepasserelle.ingest.broken import broken_files
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.copies import Repaired, bring_back, drop_copies, keep_copies, keep_in_lestockage, restore
from lepasserelle.ingest.cores import usable_cores
from lepasserelle.ingest.features import features_of
from lepasserelle.ingest.foreseeing import expected_bytes, hopeless_bytes, reader
from lepasserelle.ingest.former import MOST_CHANGED, former_of
from lepasserelle.ingest.harvest import Gatherer, Harvest
from lepasserelle.ingest.last_run import LastRun, read_last_run, rules_in_force, write_last_run
from lepasserelle.ingest.linking_memory import MORE_NOTE, LinkingNeed
from lepasserelle.ingest.messages import Former, Start, start_of
from lepasserelle.ingest.nursery import Nursery
from lepasserelle.ingest.plan import Plan, make_plan
from lepasserelle.ingest.pool import ParsePool, worker_count
from lepasserelle.ingest.progress import Teller
from lepasserelle.ingest.report import (
    LINKED_WITHIN,
    languages_of,
    left_out_counts,
    manifest_counts,
    problem_counts,
    skipped_by_reason,
)
from lepasserelle.ingest.reserving import Claim, Reserve, copied_bytes, parse_bytes, rebuild_bytes, unlimited
from lepasserelle.ingest.segments import KINDS, ROWS, BuildCrew, BuildResult, DamagedContents
from lepasserelle.ingest.settled import Settled
from lepasserelle.ingest.spot_check import altered
from lepasserelle.ingest.truth import Truth, lost_kinds, open_manifest, open_truth
from lepasserelle.memory.pages import trim_heap
from lepasserelle.model import CUT_SHORT, CUT_SHORT_NOTE, BrokenFile, IndexReport
from lepasserelle.storage import ContentKey, DamagedFacts, DamagedSegment, Index, IndexedFile, Lestockage, Manifest, SegmentRef
from lepasserelle.storage.belonging import project_text
from lepasserelle.storage.layout import LESTOCKAGE
from lepasserelle.storage.manifest import LEFT_OUT

REPAIR_ROUNDS: Final = 3
"""How often contents that turn out to be damaged are read from the sources again in one run."""
_ROWS_NOTE: Final = "rows of symbols and edges in lestockage were missing or altered, and were written again"


class Walked(NamedTuple):
    """What is in the working tree."""

    began_ns: int
    """Wall clock when the walk began."""
    walk: Walk
    last: tuple[int, LastRun] = (0, LastRun())
    """What the last run left, and the generation that it was over; 0: nobody has looked."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run works with."""

    project: Path
    settings: Settings
    index: Index
    nursery: Nursery
    """Where children come from."""
    teller: Teller
    notes: list[str]
    reserve: Reserve = unlimited
    most_bytes: Callable[[], int | None] = lambda: None
    """What the limits leave for children when nobody holds anything; None: there is no limit."""
    ahead: Ahead | None = None
    """Parse children that were started ahead."""


class Run:
    """One run. After `update` it can be asked for its report."""

    def __init__(self, context: RunContext) -> None:
        self._at = context
        self._folder = context.index.folder
        self._own_folder = _relative_folder(self._folder, context.project)
        self._rules = rules_in_force(context.settings)
        self._had_contents = (self._folder / LESTOCKAGE).exists()
        self._is_edit = False
        """Few files of a whole index: words and lines of the others may stay, and one build child may be enough."""
        self._skipped: list[tuple[str, str]] = []
        self._generation = 0
        self._edges = 0
        self._seen_bytes = 0
        """What linking could take when it was looked at."""
        self._calls_cut_short = False
        self._parsed_files = 0
        self._removed_files = 0
        self._problems: list[int] = []
        """How many syntax problems each file has that has some."""
        self._broken: tuple[BrokenFile, ...] = ()
        self.rows: list[IndexedFile] = []

    def update(self, walked: Walked) -> "Run":
        """Bring the index up to date with what was walked."""
        truth = open_truth(self._at.index, self._at.settings, self._at.project, self._at.notes)
        with truth.lestockage, self._crew() as crew:
            self._bring_lost_back(truth)
            last_run = self._before(truth.generation, walked)
            plan = make_plan(walked.walk, self._stored(truth), last_run)
            if truth.is_current and not plan.wanted and altered(truth.lestockage, truth.files, time.time_ns()):
                plan = make_plan(walked.walk, self._stored(truth), last_run)
            self._foresee(truth, plan)
            self._is_edit = truth.is_current and len(plan.wanted) <= MOST_CHANGED
            harvest = self._read(truth.lestockage, plan.wanted, partial(self._prepare, truth.lestockage, plan, crew))
            if not truth.is_current:
                crew.prepare()
            names = ModuleNames.discover(self._at.project, walked.walk.entries, self._at.settings.python_roots)
            settled = Settled(walked.walk.entries, names, plan, harvest, last_run)
            self._take(settled, walked)
            if truth.is_current and _places(self.rows) == _places(truth.files) and not self._has_more_memory(truth):
                self._keep(truth)
            else:
                self._next_generation(truth, crew, settled, walked)
            self._removed_files = len({row.path for row in truth.files} - {row.path for row in self.rows})
            self._broken = broken_files(truth.lestockage, self.rows, settled.seen()) if self._problems else ()
            before = last_run if self._generation == truth.generation else LastRun()
            self._remember(_last_run(walked, settled), before, walked.walk)
        return self

    def _before(self, generation: int, walked: Walked) -> LastRun:
        of, last_run = walked.last
        return last_run if of == generation else read_last_run(self._folder, generation, self._rules)

    def _prepare(self, lestockage: Lestockage, plan: Plan, crew: BuildCrew) -> None:
        """While the last files are read: what is to be done anyway, and who is needed."""
        if self._is_edit:
            lestockage.look_ahead(list(plan.kept.values()))
        crew.prepare(1 if self._is_edit else None)

    def _stored(self, truth: Truth) -> Sequence[IndexedFile]:
        """The files of the last generation; where contents of theirs are gone from lestockage, those of which they are not."""
        stored = truth.lestockage.stored(truth.files)
        if len(stored) < len(truth.files):
            missing = len(truth.files) - len(stored)
            self._at.notes.append(f"what was stored of {missing} files was gone or altered: they were read again from the sources")
        return stored

    def _foresee(self, truth: Truth, plan: Plan) -> None:
        """Raise `BudgetExceededError` before anything is parsed when no limit here can ever grant what linking will ask for."""
        before = {row.path: row for row in truth.files} if truth.is_current else None
        asked_bytes = hopeless_bytes(plan, before, self._at.most_bytes(), reader(self._at.project, self._at.settings))
        if asked_bytes is not None:
            asked_bytes = max(asked_bytes, expected_bytes(plan))
            with self._at.reserve(asked_bytes, "building graph", timeout_s=0, in_children=True):
                pass

    def _bring_lost_back(self, truth: Truth) -> None:
        """Segments that are gone, from their copies; what has none is left in `truth.lost`, to be built."""
        if truth.manifest is not None and truth.lost:
            lost = [ref for ref in truth.manifest.segments if ref.kind in truth.lost]
            with self._at.reserve(copied_bytes(truth.lost, truth.manifest.counts), "rebuilding"):
                thawed = bring_back(self._at.index, lost)
                restored = restore(self._at.index, truth.lestockage, [ref for ref in lost if ref not in thawed])
            back = Repaired(_kinds(thawed), _kinds(restored))
            truth.lost = [kind for kind in truth.lost if kind not in {*back.thawed, *back.restored}]
            self._at.notes.extend(
                f"the {kind} segment was lost, and {back.told(kind)}" for kind in sorted((*back.thawed, *back.restored))
            )
        if truth.lost:
            self._at.notes.append(f"missing or truncated, and built anew: {', '.join(truth.lost)}")

    def repair(self, kinds: Iterable[str], *, anew: bool = False) -> Repaired | None:
        """Bring `kinds`, and what else is lost, of the current generation back: from their copies unless `anew`, else by building
        them again from lestockage. None when lestockage does not hold that generation whole any more.
        """
        manifest = open_manifest(self._at.index, self._at.project, self._at.notes)
        if manifest is None:
            return None
        wanted = {*kinds, *lost_kinds(self._folder, manifest)}
        asked_bytes = rebuild_bytes(manifest.counts.get("files", 0))
        asked_bytes += 0 if anew else copied_bytes(wanted, manifest.counts)
        with self._at.reserve(asked_bytes, "rebuilding"):
            return self._brought_back(manifest, wanted, anew=anew)

    def _brought_back(self, manifest: Manifest, wanted: set[str], *, anew: bool) -> Repaired | None:
        refs = [ref for ref in manifest.segments if ref.kind in wanted]
        thawed = [] if anew else bring_back(self._at.index, refs)
        missing = wanted - {ref.kind for ref in thawed}
        if missing or not thawed:
            return self._out_of_lestockage(missing, [] if anew else [ref for ref in refs if ref.kind in missing], thawed)
        self._keep_files(self._at.index.repair(thawed))
        return Repaired(_kinds(thawed))

    def _out_of_lestockage(self, missing: set[str], copied: list[SegmentRef], thawed: list[SegmentRef]) -> Repaired | None:
        """The rest: `copied` from the copies that lestockage holds, and what it has none of built again."""
        truth = open_truth(self._at.index, self._at.settings, self._at.project, self._at.notes)
        with truth.lestockage:
            try:
                restored = restore(self._at.index, truth.lestockage, copied)
                left = missing - {ref.kind for ref in restored}
                built = self._built_again(truth, left) if left or not (thawed or restored) else BuildResult()
            except DamagedError:
                return None
            if built is None:
                return None
            self._say_again(truth, built, [*thawed, *restored, *built.segments])
            return Repaired(_kinds(thawed), _kinds(restored), _kinds(built.segments))

    def _say_again(self, truth: Truth, built: BuildResult, refs: list[SegmentRef]) -> None:
        """Publish what was brought back. A graph for which more or less memory was granted than before has other edges: the counts
        and the rows of lestockage are then of this one.
        """
        told = {} if built.edges is None else {"edges": built.edges, CUT_SHORT: int(built.calls_cut_short)}
        told |= {} if built.edges is None else {LINKED_WITHIN: built.linked_within_bytes}
        manifest = self._at.index.repair(refs, told)
        former = truth.manifest.ref("graph") if truth.manifest is not None else None
        graph = manifest.ref("graph")
        if built.edges is not None and former is not None and graph is not None and graph.checksum != former.checksum:
            self._write_rows_again(truth.lestockage, manifest, "rows of symbols and edges were written again with other calls")
        self._keep_copies(truth.lestockage, manifest)

    def _built_again(self, truth: Truth, kinds: set[str]) -> BuildResult | None:
        """These segments, built from lestockage; None when it does not hold the current generation any more."""
        if not truth.is_fitting:
            return None
        if kinds == {"text"}:
            return BuildResult([self._text_again(truth)])
        with self._crew(kinds) as crew:
            return crew.build(truth.generation, truth.files)

    def _text_again(self, truth: Truth) -> SegmentRef:
        """The text segment, put together here: no child is worth starting for what lestockage holds as it is."""
        from lepasserelle.storage import build_text, write_segment

        former = truth.manifest.ref("text") if truth.manifest is not None else None
        with self._at.reserve(former.size_bytes if former is not None else 0, "rebuilding text"):
            sections = build_text(lambda: truth.lestockage.blobs("text", truth.files))
            return write_segment(self._folder, truth.generation, "text", sections)

    def report(self, seconds: float, peak_bytes: int | None) -> IndexReport:
        """What `update` did."""
        return IndexReport(
            files=len(self.rows),
            symbols=_symbols(self.rows),
            edges=self._edges,
            generation=self._generation,
            seconds=seconds,
            peak_bytes=peak_bytes,
            skipped=skipped_by_reason(self._skipped),
            parsed_files=self._parsed_files,
            reused_files=max(0, len(self.rows) - self._parsed_files),
            removed_files=self._removed_files,
            problems=sum(self._problems),
            broken_files=self._broken,
            broken_file_count=len(self._problems),
            languages=languages_of(self.rows),
            notes=(*self._at.notes, *((CUT_SHORT_NOTE,) if self._calls_cut_short else ())),
            calls_cut_short=self._calls_cut_short,
        )

    def _read(self, lestockage: Lestockage, entries: list[FileEntry], soon_done: Callable[[], None]) -> Harvest:
        """Read these files in children that are gone when this returns. `soon_done` is called when the last ones are being read."""
        if not entries:
            return Harvest()
        if self._had_contents:  # of a first index they are told when it is walked
            self._at.nursery.expect(entry.language for entry in entries)
        wanted = worker_count(self._at.settings.workers, usable_cores(), entries)
        start, limit_s = self._start(parses=True), self._at.settings.parse_limit_ms / 1000
        with ExitStack() as stack:
            take = self._handed_over(stack)
            workers, claim = self._granted(stack, wanted, parse_bytes(entries))
            pool = stack.enter_context(
                ParsePool(self._at.nursery.parser, start, workers, limit_s, soon_done, claim.covers, claim.most_bytes, take)
            )
            harvest = Gatherer(self._at.project, lestockage, pool, self._at.teller).gather(entries)
        self._parsed_files += harvest.parsed_files
        return harvest

    def _handed_over(self, stack: ExitStack) -> Callable[[Start], Child | None]:
        """Who was started ahead: to be taken until `stack` ends, under the claim of who reads."""
        ahead = self._at.ahead
        if ahead is None:
            return lambda _: None
        ahead.hand_over()
        stack.callback(ahead.dismiss_waiting)
        return ahead.take

    def _granted(self, stack: ExitStack, wanted: int, bytes_each: int) -> tuple[int, Claim]:
        """Memory for as many parse children as there is room for. Raises `BudgetExceededError` when there is none for one."""
        for workers in range(wanted, 1, -1):
            with suppress(BudgetExceededError):
                claim = stack.enter_context(self._at.reserve(workers * bytes_each, "parsing", timeout_s=0, in_children=True))
                return workers, claim
        return 1, stack.enter_context(self._at.reserve(bytes_each, "parsing", in_children=True))

    def _take(self, settled: Settled, walked: Walked) -> None:
        self.rows = settled.rows()
        self._problems = [seen.problem_count for seen in settled.seen().values() if seen.problem_count]
        self._skipped = [one for one in walked.walk.skipped if one[0] != self._own_folder] + settled.skipped()
        if not self.rows:
            why = "; ".join(f"{one.reason} ({one.count})" for one in skipped_by_reason(self._skipped)[:3])
            raise ProjectError(f"{self._at.project} holds no source file that can be read. Left out: {why}")

    def _keep(self, truth: Truth) -> None:
        """Nothing changed that the segments depend on: the generation stays."""
        assert truth.manifest is not None
        self._generation = truth.generation
        self._edges = truth.manifest.counts.get("edges", 0)
        self._calls_cut_short = bool(truth.manifest.counts.get(CUT_SHORT, 0))
        counts = truth.manifest.counts
        now = {name: count for name, count in counts.items() if not name.startswith(LEFT_OUT)}
        now |= left_out_counts(self._skipped) | problem_counts(self._problems)
        if (now, project_text(self._at.project)) != (counts, truth.manifest.project):
            self._at.index.recount(now, self._at.project)
        if not truth.lestockage.has_rows_of(row.path for row in self.rows):
            self._write_rows_again(truth.lestockage, truth.manifest)
        self._keep_copies(truth.lestockage, truth.manifest)

    def _write_rows_again(self, lestockage: Lestockage, manifest: Manifest, note: str = _ROWS_NOTE) -> None:
        """The readable rows that are missing, or were found altered, out of the graph that is published. A damaged one is mended by
        who asks it, and the next run writes them; so it does where no memory is granted for it now.
        """
        from lepasserelle.graph import Graph
        from lepasserelle.storage import Segment

        ref = manifest.ref("graph")
        assert ref is not None
        with (
            suppress(DamagedSegment, BudgetExceededError),
            self._at.reserve(2 * ref.size_bytes, "writing rows"),
            closing(Segment.open(self._folder, ref)) as segment,
        ):
            graph = Graph(segment.sections)
            lestockage.write_rows(manifest.generation, graph.symbol_rows(), graph.edge_rows(), graph.edge_words)
            del graph
            self._at.notes.append(note)

    def _next_generation(self, truth: Truth, crew: BuildCrew, settled: Settled, walked: Walked) -> None:
        """Commit the files, build the segments, publish them; then away with what no generation needs."""
        index = self._at.index
        self._generation = max(index.next_generation(), truth.generation + 1)
        built = self._build(truth.lestockage, crew, settled, walked, former_of(truth, self.rows))
        assert built.edges is not None
        self._edges, self._calls_cut_short = built.edges, built.calls_cut_short
        self._at.notes.extend(built.notes)
        self._tell("publish")
        counts = manifest_counts(self.rows, built.edges, built.calls_cut_short, self._skipped) | problem_counts(self._problems)
        counts |= self._linked_within(built)
        features = features_of(self._at.settings, self._at.project)
        manifest = index.publish(self._generation, built.segments, counts, project=str(self._at.project), features=features)
        index.collect_garbage()
        self._keep_copies(truth.lestockage, manifest)

    def _keep_copies(self, lestockage: Lestockage, manifest: Manifest) -> None:
        self._keep_files(manifest)
        keep_in_lestockage(self._at.index, lestockage, manifest if self._at.settings.keep_copies else None, self._at.notes)

    def _keep_files(self, manifest: Manifest) -> None:
        if self._at.settings.keep_copies:
            keep_copies(self._at.index, manifest, self._at.notes, self._at.reserve)
        else:
            drop_copies(self._at.index)

    def _build(
        self, lestockage: Lestockage, crew: BuildCrew, settled: Settled, walked: Walked, former: Former | None
    ) -> BuildResult:
        """Commit and build; files whose stored contents turn out to be damaged are read again from the sources."""
        for _ in range(REPAIR_ROUNDS):
            self._tell("commit")
            crew.expect(former)
            try:
                lestockage.commit(self._generation, self.rows, shrinks=False)
                trim_heap()  # what passed through here on its way to lestockage would stand beside the linking child until the end
                self._tell("build")
                return self._build_and_shrink(lestockage, crew)
            except DamagedContents as damage:
                paths, keys = damage.paths, damage.keys
            except DamagedFacts as damage:
                paths, keys = [damage.path], [damage.key]
            lestockage.forget(keys)
            former = None
            again = [row.path for row in self.rows if row.key in set(keys)] or list(paths)
            settled.read_again(again, self._read(lestockage, settled.entries(again), crew.prepare))
            self._take(settled, walked)
            self._at.notes.append(
                f"stored facts of {len(again)} files were damaged and parsed again from the sources, such as {again[0]}"
            )
        raise StorageError(
            f"stored facts in {self._folder} are damaged again and again. Check the disk, or set `index_dir` to another one"
        )

    def _build_and_shrink(self, lestockage: Lestockage, crew: BuildCrew) -> BuildResult:
        """Lestockage is shrunk while builders read, and once more where they kept its log, in which what was deleted may stand."""
        emptied: list[bool] = []
        built = crew.build(self._generation, self.rows, lambda: emptied.append(lestockage.shrink()))
        if not emptied[-1]:
            lestockage.shrink()
        return built

    def _has_more_memory(self, truth: Truth) -> bool:
        """Whether the graph lacked memory when it was linked, and there is more now: it is linked again then, and that is said."""
        assert truth.manifest is not None
        former_bytes = truth.manifest.counts.get(LINKED_WITHIN, 0)
        if not former_bytes:
            return False
        need = LinkingNeed.of(("graph", ROWS), truth.files)
        self._seen_bytes = need.within(self._at.reserve)
        if not need.is_more(self._seen_bytes, former_bytes):
            return False
        self._at.notes.append(MORE_NOTE)
        return True

    def _linked_within(self, built: BuildResult) -> dict[str, int]:
        """What is told of a graph that lacked memory: never less than what it was linked again for."""
        return {LINKED_WITHIN: max(built.linked_within_bytes, self._seen_bytes)} if built.linked_within_bytes else {}

    def _remember(self, now: LastRun, before: LastRun, walk: Walk) -> None:
        if not (before.began_ns and now.same_as(before)):
            found = packed(walk) if now.marks.key else b""
            write_last_run(self._folder, self._generation, self._rules, msgspec.structs.replace(now, found=found))

    def _crew(self, kinds: Iterable[str] = (*KINDS, ROWS)) -> BuildCrew:
        nursery = self._at.nursery
        return BuildCrew(nursery.builder, self._start(parses=False), kinds, self._at.reserve, nursery.retire, nursery.close)

    def _start(self, *, parses: bool) -> Start:
        asks, later = self._had_contents, parses and not self._is_edit
        return start_of(self._at.project, self._folder, self._at.settings, parses=parses, ask_known=asks, terms_later=later)

    def _tell(self, phase: str) -> None:
        self._at.teller.tell(phase, len(self.rows), len(self.rows), _symbols(self.rows))


def _last_run(walked: Walked, settled: Settled) -> LastRun:
    """What this run leaves. Marks stand for files that are all known: one that went while it was read may be back."""
    files, left_out = settled.seen(), settled.left_out()
    is_whole = len(files) + len(left_out) == len(walked.walk.entries)
    return LastRun(walked.began_ns, files, left_out, walked.walk.marks if is_whole else TreeMarks())


def _relative_folder(folder: Path, project: Path) -> str:
    """The index folder as the walk names it, empty when it lies outside: our own files are not worth a line in a report."""
    real = folder.resolve()
    return f"{real.relative_to(project).as_posix()}/" if real.is_relative_to(project) else ""


def _kinds(refs: Iterable[SegmentRef]) -> tuple[str, ...]:
    return tuple(ref.kind for ref in refs)


def _symbols(rows: Iterable[IndexedFile]) -> int:
    return sum(row.definition_count for row in rows)


def _places(rows: Iterable[IndexedFile]) -> list[tuple[str, int, str, ContentKey]]:
    """What of the rows goes into segments."""
    return [(row.path, row.flags, row.module, row.key) for row in rows]
