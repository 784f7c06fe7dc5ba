"""`Ingest`: the two things that can be asked for, an up-to-date index and the repair of lost segments, each under the writer's
lock.

Not here: the steps of a run (`run`). Invariant: nothing is written without the lock, and whatever ends a run early leaves the last
generation as it was.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from lepasserelle import headstart
from lepasserelle.config import Settings
from lepasserelle.errors import DamagedError, IndexFolderError, LockedError, ProjectError, StorageError
from lepasserelle.files import Walk, WalkRules, check_roots, resolve_project, walk
from lepasserelle.files.looking_again import look_again
from lepasserelle.ingest.ahead import WORTH_STARTING_FILES, Ahead
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.copies import Repaired
from lepasserelle.ingest.cores import usable_cores
from lepasserelle.ingest.giving_back import give_back_space
from lepasserelle.ingest.last_run import LastRun, read_latest_run, rules_in_force
from lepasserelle.ingest.messages import start_of
from lepasserelle.ingest.nursery import Nursery
from lepasserelle.ingest.progress import ProgressListener, Teller
from lepasserelle.ingest.report import skipped_by_reason
from lepasserelle.ingest.reserving import ParentClaim, Reserve, unlimited
from lepasserelle.ingest.run import Run, RunContext, Walked
from lepasserelle.ingest.truth import put_truth_aside
from lepasserelle.memory import PeakSampler
from lepasserelle.model import IndexReport
from lepasserelle.storage import Index, checked_folder
from lepasserelle.storage.layout import LESTOCKAGE

_STARTED_AHEAD: Final = 2
"""Children at most; more are started once it is known that there is work for them."""


class Ingest:
    """Indexes one project. `spawn` starts a child process; tests give one that misbehaves. `reserve` grants memory before it is
    taken, and children at most `most_bytes` of it (None: any amount). Usable from several threads.
    """

    def __init__(
        self,
        project: Path,
        settings: Settings,
        spawn: Callable[[], Child] = Child,
        reserve: Reserve = unlimited,
        most_bytes: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._project = resolve_project(project)
        self._settings = settings
        self._spawn = spawn
        self._reserve = reserve
        self._most_bytes = most_bytes
        self._folder = settings.index_folder(self._project)

    def index(self, progress: ProgressListener | None = None) -> IndexReport:
        """Bring the index up to date with the working tree.

        Raises `ConfigError` for a Python root that is not there, `ProjectError` without any readable source, `LockedError` when
        another process writes for longer than `lock_timeout_ms`, `StorageError` when the folder cannot be written (of these
        `IndexFolderError` when something else lies there, or the index of another project), `WorkerError` when children keep dying,
        `BudgetExceededError` when memory for one child at a time is not granted. Whatever it raises, and when it is interrupted,
        the last generation is as it was.
        """
        started_s = time.monotonic()
        checked_folder(self._folder, self._project)
        check_roots(self._project, self._settings.python_roots)
        with (
            ParentClaim(self._reserve) as claim,
            PeakSampler() as sampler,
            Nursery(self._spawn, self._reserve, self._most_bytes()) as nursery,
            Ahead(self._spawn, self._reserve, nursery) as ahead,
        ):
            teller = Teller(progress, lambda: sampler.peak_tree_pss_bytes)
            is_first = not (self._folder / LESTOCKAGE).exists()
            walked = self._walk(teller, claim, ahead if is_first else None)
            if is_first:
                headstart.dismiss()  # who had begun for nothing
                nursery.expect(entry.language for entry in walked.walk.entries)
            else:
                nursery.adopt()
            with self._writer(teller, ahead) as (index, waited):
                run = self._update(index, self._walk(teller, claim) if waited else walked, teller, ahead)
        teller.tell("done", len(run.rows), len(run.rows))
        return run.report(time.monotonic() - started_s, sampler.peak_tree_pss_bytes)

    def rebuild(self, kinds: Iterable[str], progress: ProgressListener | None = None, *, anew: bool = False) -> Repaired:
        """Bring the segments `kinds` of the current generation back: from their compressed copies, unless `anew`; where there are
        none, by building them again from lestockage.

        Where that is no longer possible (lestockage is damaged, or has moved on), everything becomes a new generation from the
        sources. Raises as `index` does.
        """
        teller = Teller(progress)
        with self._writer(teller) as (index, _):
            repaired = Run(self._context(index, teller)).repair(kinds, anew=anew)
        if repaired is not None:
            return repaired
        self.index(progress)
        return Repaired(from_sources=True)

    def _update(self, index: Index, walked: Walked, teller: Teller, ahead: Ahead) -> Run:
        try:
            return self._update_or_begin_anew(index, walked, teller, ahead)
        except IndexFolderError:
            raise  # it is another project's, and stays as it is
        except StorageError:
            give_back_space(index)
            raise

    def _update_or_begin_anew(self, index: Index, walked: Walked, teller: Teller, ahead: Ahead) -> Run:
        context = replace(self._context(index, teller), ahead=ahead, nursery=ahead.nursery)
        try:
            return Run(context).update(walked)
        except DamagedError:
            put_truth_aside(index)
            context.notes.append("the stored facts were damaged: everything was parsed anew from the sources")
            return Run(context).update(walked)

    def _context(self, index: Index, teller: Teller) -> RunContext:
        return RunContext(self._project, self._settings, index, Nursery(self._spawn), teller, [], self._reserve, self._most_bytes)

    def _walk(self, teller: Teller, claim: ParentClaim, ahead: Ahead | None = None) -> Walked:
        """What is there now. Without any candidate nothing is created on disk. `ahead`: where children may be started for it."""
        began_ns = time.time_ns()

        def told(count: int) -> None:
            claim.covers_files(count)
            teller.tell("walk", count)
            if ahead is not None and count:
                start = start_of(self._project, self._folder, self._settings, parses=True, terms_later=True)
                most = min(usable_cores(), self._settings.workers or _STARTED_AHEAD, _STARTED_AHEAD)
                ahead.begin(start, most if count >= WORTH_STARTING_FILES else 0)

        rules, last = WalkRules.from_settings(self._settings), (0, LastRun())
        found = None
        if ahead is None:  # there is an index: most often nothing came and nothing went
            last = read_latest_run(self._folder, rules_in_force(self._settings))
            found = look_again(self._project, rules, last[1].marks, last[1].found, self._folder)
            if found is not None:
                told(len(found.entries))
        if found is None:
            found = walk(self._project, rules, told)
        if not found.entries:
            raise ProjectError(f"{self._project} holds no source file that can be indexed{_most_skipped(found)}")
        return Walked(began_ns, found, last)

    @contextmanager
    def _writer(self, teller: Teller, ahead: Ahead | None = None) -> Iterator[tuple[Index, bool]]:
        """Hold the writer's lock; whether somebody else had to be waited for. Nobody who was started `ahead` waits along."""
        index = Index.open(self._folder)
        with ExitStack() as stack:
            waited = False
            try:
                stack.enter_context(index.writer_lock(0))
            except LockedError as error:
                if self._settings.lock_timeout_ms == 0:
                    raise
                if ahead is not None:
                    ahead.dismiss()
                teller.tell("wait", message=str(error))
                stack.enter_context(index.writer_lock(self._settings.lock_timeout_ms))
                waited = True
            yield index, waited


def _most_skipped(found: Walk) -> str:
    skipped = skipped_by_reason(found.skipped)
    if not skipped:
        return ""
    return ". Left out: " + "; ".join(f"{one.reason} ({one.count}, such as {one.examples[0]})" for one in skipped[:3])
