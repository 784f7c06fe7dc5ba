"""How many files are newer than the index: a walk of names and times off the query path, at most every so often.

Not here: what to do about it. Invariant: an answer never waits longer than `first_wait_ms` for the first figure and not at all
for a later one; a figure from a walk that was cut short says that it is a lower bound.
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from lepasserelle.config import Settings
from lepasserelle.errors import BudgetExceededError, ProjectError
from lepasserelle.files import StaleCount, WalkRules, count_stale
from lepasserelle.files.records import FileTime, TreeMarks
from lepasserelle.ingest import read_last_run, rules_in_force
from lepasserelle.model import newer_told
from lepasserelle.storage import Manifest

_LONGEST_WALK_S: Final = 600.0
_GRACE_S: Final = 0.05


class Staleness(msgspec.Struct, frozen=True):
    """How far the working tree has moved on from the index."""

    stale_files: int | None = None
    """Files changed, added or removed since the index was made; None: not known."""
    stale_is_lower_bound: bool = False
    """The walk was cut short: at least that many."""

    @property
    def told(self) -> str:
        """In words; nothing where no file is known to be newer."""
        return newer_told(self.stale_files, self.stale_is_lower_bound)


class Known(NamedTuple):
    """What the index knows of the tree."""

    files: Mapping[str, FileTime]
    marks: TreeMarks = TreeMarks()


def known_by_last_run(folder: Path, settings: Settings, manifest: Manifest | None) -> Known | None:
    """Size and time of every file that the last run looked at; None when that is not known."""
    if manifest is None:
        return None
    last = read_last_run(folder, manifest.generation, rules_in_force(settings))
    return Known(last.looked_at(), last.marks) if last.began_ns else None


class StalenessWatch:
    """Counts stale files in a thread. `known` gives the size and time of every file as the index knows it, or None; `claim` claims
    what that takes, and where it is refused nothing is known.
    """

    def __init__(
        self,
        project: Path,
        rules: WalkRules,
        known: Callable[[], Known | None],
        first_wait_ms: int,
        interval_ms: int,
        clock: Callable[[], float] = time.monotonic,
        claim: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._project = project
        self._rules = rules
        self._known = known
        self._first_wait_s = first_wait_ms / 1000
        self._interval_s = interval_ms / 1000
        self._clock = clock
        self._claim = claim
        self.forget()

    def forget(self) -> None:
        """Start anew: after a new generation, and in a forked child."""
        self._mutex = threading.Lock()
        self._last = Staleness()
        self._next_s = float("-inf")
        self._walk: threading.Thread | None = None
        self._have_one = False

    def check(self) -> Staleness:
        """The last figure; starts a walk in the background when it is due, and waits for the very first one only, within its
        bound.
        """
        if not self._first_wait_s:
            return Staleness()
        with self._mutex:
            if self._walk is None and self._clock() >= self._next_s:
                budget_s = _LONGEST_WALK_S if self._have_one else self._first_wait_s
                self._walk = threading.Thread(
                    target=self._count, args=(self._clock() + budget_s,), name="lepasserelle-stale", daemon=True
                )
                try:
                    self._walk.start()
                except RuntimeError:  # no thread can be had now: the next question tries again
                    self._walk = None
            walk = None if self._have_one else self._walk
        if walk is not None:
            walk.join(self._first_wait_s + _GRACE_S)
        return self._last

    def _count(self, deadline_s: float) -> None:
        found = Staleness()
        with suppress(BudgetExceededError), self._claim():
            found = self._counted(deadline_s)
        with self._mutex:
            self._last, self._walk, self._have_one = found, None, True
            self._next_s = self._clock() + (self._interval_s if not found.stale_is_lower_bound else 0)

    def _counted(self, deadline_s: float) -> Staleness:
        known = self._known()
        if known is None:
            return Staleness()
        try:
            return _figure(count_stale(self._project, self._rules, known.files, deadline_s, self._clock, known.marks))
        except ProjectError:
            return Staleness(len(known.files))


def _figure(count: StaleCount) -> Staleness:
    return Staleness(count.total, not count.complete)
