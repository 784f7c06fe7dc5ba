"""What this user's questions touch, written down and learned from: what `WarmStrategy.PREDICTED` warms by.

Two trials go on: one over whole caches and answers, a visit a question; one over blocks of pages, a visit each time that a cache
goes, with what was touched since it came back. What they found is kept with the log (`memory.trial_record`), and a later process
goes on with it: the last visits are counted again, those that came since are learned from. Not here: the models
(`memory.prediction`, `memory.trial`), and warming itself. Invariants: noting waits for nothing; learning happens when somebody asks
for a prediction, or at an idle moment before the log forgets (`catch_up`), one thread at a time; what is kept is of the log that it
lies in.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.model import Prediction
from lepasserelle.storage.access_log import AccessLog, LoggedVisit, Standing

if TYPE_CHECKING:
    from lepasserelle.memory.prediction import Moment, Visit
    from lepasserelle.memory.trial import Trial
    from lepasserelle.memory.trial_record import Learned

LEAST_VISITS: Final = 8
"""With fewer nothing is predicted."""

LEAST_PERIODS: Final = 3
WATCH_EVERY: Final = 4
"""Each so many times blocks are not brought in ahead, so that what is touched is seen."""

RECALLED: Final = 512
"""So many of the visits that were learned from are counted again by a new process: some 40 ms (decision 316)."""

MANY: Final = 256
"""Questions of this process: of so many a session the log does not hold the sessions that a trial asks for."""

CATCH_UP_S: Final = 600.0
"""At most so often learning happens without being asked for: half a second of a processor at most."""

_QUESTIONS: Final = "questions"
_PERIOD: Final = "period:"
_ANSWER: Final = "answer:"
_BRANCH_BYTES: Final = 8
_READ_BYTES: Final = 400


class Foresight:
    """Of one index. Safe for threads."""

    def __init__(self, project: Path, log: AccessLog, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._noted = 0
        """Questions since the last time that was learned."""
        self._learned_s = clock()
        self._head = project / ".git" / "HEAD"
        self._log = log
        self._read = 0
        self._identity = b""
        """Of the log that was read."""
        self._trials: dict[str, Trial] = {}
        """Of questions, and of the periods of each cache."""
        self._warmed = 0
        self._learning = threading.Lock()
        renew_after_fork(self)

    def after_fork(self) -> None:
        """A thread that is not here may have been learning: begin anew from the log."""
        self._learning = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._read, self._trials = 0, {}

    def asked(self, tag: str, caches: Sequence[str], answer: bytes | None = None) -> None:
        """A question of that kind read these caches, or an answer that was kept."""
        items = [*caches, *([] if answer is None else [f"{_ANSWER}{answer.hex()}"])]
        if items and self._log.is_on:
            self._log.visit(tag, self._branch(), items)
            self._noted += 1

    def period(self, cache: str, blocks: Sequence[str]) -> None:
        """A cache goes, of which these blocks were touched since it came back."""
        if self._log.is_on:
            self._log.visit(f"{_PERIOD}{cache}", self._branch(), blocks)

    def chances(self, reload_ms: Mapping[str, float]) -> dict[str, float] | None:
        """How probably the next question touches each cache and answer; None: too little is known."""
        with self._learning:
            questions = self._learn(reload_ms)
            if questions.predictor.visits < LEAST_VISITS:
                return None
            return questions.chances(self._moment())

    def blocks(self, cache: str, sizes: Mapping[str, int], room_bytes: int) -> list[str]:
        """Blocks of a cache to bring in ahead. None of them: too little is known, or it is time to watch again."""
        from lepasserelle.memory.trial import chosen

        with self._learning:
            self._warmed += 1
            trial = self._trials.get(f"{_PERIOD}{cache}")
            if trial is None or trial.predictor.visits < LEAST_PERIODS or self._warmed % WATCH_EVERY == 0:
                return []
            return chosen(trial.chances(self._moment()), {}, sizes, room_bytes)

    def prediction(self, reload_ms: Mapping[str, float]) -> Prediction | None:
        """How the trial of caches and answers stands by the log of all processes; None: there is no log."""
        if not self._log.is_on:
            return None
        with self._learning:
            told = self._kept_verdict() or self._learn(reload_ms).verdict()
        return structs.replace(told, in_use="learning") if told.visits < LEAST_VISITS else told

    def catch_up(self, reload_ms: Callable[[], Mapping[str, float]]) -> bool:
        """Learn without being asked, if much was noted and nobody has asked for long, so that the trial goes on where nobody looks.
        What this process did not hold before it lets go of again: it is kept with the log. False: nothing to do, or no memory.
        """
        if self._noted < MANY or self._clock() - self._learned_s < CATCH_UP_S:
            return False
        with suppress(MemoryError), self._learning:
            held = bool(self._trials)
            self._learn(reload_ms())
            if not held:
                self._forget()
            return True
        return False

    def _kept_verdict(self) -> Prediction | None:
        """What is kept, where nothing was learned in this process and no visit came since: nothing is learned to tell it."""
        from lepasserelle.memory.trial_record import decoded

        standing = None if self._trials else self._log.standing()
        learned = decoded(standing.learned, standing.newest) if standing is not None else None
        if standing is None or learned is None or learned.number < standing.newest or _QUESTIONS not in learned.trials:
            return None
        return learned.trials[_QUESTIONS].verdict()

    def _learn(self, reload_ms: Mapping[str, float]) -> "Trial":
        """What the log tells that is new. What was learned by halves, as for want of memory, is learned anew the next time."""
        try:
            return self._learned(reload_ms)
        except BaseException:
            self._forget()
            raise

    def _learned(self, reload_ms: Mapping[str, float]) -> "Trial":
        from lepasserelle.memory.trial_record import decoded

        self._noted, self._learned_s = 0, self._clock()
        standing = self._log.standing()
        kept = None
        if standing is not None:
            if standing.identity != self._identity or standing.newest < self._read:
                self._forget()
            self._identity = standing.identity
            kept = decoded(standing.learned, standing.newest)
        visits = self._log.visits(self._read)
        if kept is not None and self._has_missed(visits, kept):
            if self._read:
                self._forget()
                visits = self._log.visits()
            self._recall(visits, kept)
        before = self._read
        for logged in visits:
            if logged.number > self._read:
                self._trial(logged).learn(_visit(logged), {} if logged.asked.startswith(_PERIOD) else reload_ms)
                self._read = logged.number
        if standing is not None and self._read > before and (kept is None or kept.number < self._read):
            self._keep(standing)
        return self._named(_QUESTIONS)

    def _has_missed(self, visits: Sequence[LoggedVisit], kept: "Learned") -> bool:
        """Whether what is kept knows visits that this process has not learned from and cannot any more."""
        return kept.number > self._read and (not self._trials or not visits or visits[0].number > self._read + 1)

    def _recall(self, visits: Sequence[LoggedVisit], kept: "Learned") -> None:
        """Go on from what is kept."""
        from lepasserelle.memory.trial import Trial

        self._trials = {name: Trial(record) for name, record in kept.trials.items()}
        for logged in [one for one in visits if one.number <= kept.number][-RECALLED:]:
            self._trial(logged).recall(_visit(logged))
        self._read = kept.number

    def _keep(self, standing: Standing) -> None:
        """For later processes. What another one has kept meanwhile stays: it is as good."""
        from lepasserelle.memory.trial_record import Learned, encoded

        learned = Learned(self._read, {name: trial.record() for name, trial in self._trials.items()})
        self._log.keep(encoded(learned), standing.learned)

    def _trial(self, logged: LoggedVisit) -> "Trial":
        return self._named(logged.asked if logged.asked.startswith(_PERIOD) else _QUESTIONS)

    def _named(self, name: str) -> "Trial":
        from lepasserelle.memory.trial import Trial

        return self._trials.get(name) or self._trials.setdefault(name, Trial())

    def _moment(self) -> "Moment":
        from lepasserelle.memory.prediction import Moment

        return Moment(time.time(), self._branch())

    def _branch(self) -> bytes:
        """An opaque id of what is checked out; empty without a repository here."""
        with suppress(OSError), self._head.open("rb") as file:
            return hashlib.blake2b(file.read(_READ_BYTES), digest_size=_BRANCH_BYTES).digest()
        return b""


def _visit(logged: LoggedVisit) -> "Visit":
    from lepasserelle.memory.prediction import Moment, Visit

    return Visit(Moment(logged.at_s, logged.branch), logged.asked, logged.items)


def answer_key(item: str) -> bytes | None:
    """The key of an answer; None when the item is something else."""
    return bytes.fromhex(item.removeprefix(_ANSWER)) if item.startswith(_ANSWER) else None
