"""What this user's questions touch, written down and learned from: what `WarmStrategy.PREDICTED` warms by.

Two trials go on: one over whole caches and answers, a visit a question; one over blocks of pages, a visit each time that a cache
goes, with what was touched since it came back. Not here: the models (`memory.prediction`, `memory.trial`), and warming itself.
Invariant: noting waits for nothing; learning happens when somebody asks for a prediction, one thread at a time.
"""

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.model import Prediction
from lepasserelle.storage.access_log import AccessLog

if TYPE_CHECKING:
    from lepasserelle.memory.prediction import Moment
    from lepasserelle.memory.trial import Trial

LEAST_VISITS: Final = 8
"""With fewer nothing is predicted."""

LEAST_PERIODS: Final = 3
WATCH_EVERY: Final = 4
"""Each so many times blocks are not brought in ahead, so that what is touched is seen."""

_PERIOD: Final = "period:"
_ANSWER: Final = "answer:"
_BRANCH_BYTES: Final = 8
_READ_BYTES: Final = 400


class Foresight:
    """Of one index. Safe for threads."""

    def __init__(self, project: Path, log: AccessLog) -> None:
        self._head = project / ".git" / "HEAD"
        self._log = log
        self._read = 0
        self._questions: Trial | None = None
        self._blocks: dict[str, Trial] = {}
        self._warmed = 0
        self._learning = threading.Lock()
        renew_after_fork(self)

    def after_fork(self) -> None:
        """A thread that is not here may have been learning: begin anew from the log."""
        self._learning = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._read, self._questions, self._blocks = 0, None, {}

    def asked(self, tag: str, caches: Sequence[str], answer: bytes | None = None) -> None:
        """A question of that kind read these caches, or an answer that was kept."""
        items = [*caches, *([] if answer is None else [f"{_ANSWER}{answer.hex()}"])]
        if items and self._log.is_on:
            self._log.visit(tag, self._branch(), items)

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
            trial = self._blocks.get(cache)
            if trial is None or trial.predictor.visits < LEAST_PERIODS or self._warmed % WATCH_EVERY == 0:
                return []
            return chosen(trial.chances(self._moment()), {}, sizes, room_bytes)

    def prediction(self, reload_ms: Mapping[str, float]) -> Prediction | None:
        """How the trial of caches and answers stands by the log of all processes; None: there is no log."""
        if not self._log.is_on:
            return None
        with self._learning:
            told = self._learn(reload_ms).verdict()
        return structs.replace(told, in_use="learning") if told.visits < LEAST_VISITS else told

    def _learn(self, reload_ms: Mapping[str, float]) -> "Trial":
        """What the log tells that is new. What was learned by halves, as for want of memory, is learned anew the next time."""
        try:
            return self._learned(reload_ms)
        except BaseException:
            self._forget()
            raise

    def _learned(self, reload_ms: Mapping[str, float]) -> "Trial":
        from lepasserelle.memory.prediction import Moment, Visit
        from lepasserelle.memory.trial import Trial

        self._questions = self._questions or Trial()
        for logged in self._log.visits(self._read):
            self._read = logged.number
            visit = Visit(Moment(logged.at_s, logged.branch), logged.asked, logged.items)
            if logged.asked.startswith(_PERIOD):
                trial = self._blocks.setdefault(logged.asked.removeprefix(_PERIOD), Trial())
                trial.learn(visit, {})
            else:
                self._questions.learn(visit, reload_ms)
        return self._questions

    def _moment(self) -> "Moment":
        from lepasserelle.memory.prediction import Moment

        return Moment(time.time(), self._branch())

    def _branch(self) -> bytes:
        """An opaque id of what is checked out; empty without a repository here."""
        with suppress(OSError), self._head.open("rb") as file:
            return hashlib.blake2b(file.read(_READ_BYTES), digest_size=_BRANCH_BYTES).digest()
        return b""


def answer_key(item: str) -> bytes | None:
    """The key of an answer; None when the item is something else."""
    return bytes.fromhex(item.removeprefix(_ANSWER)) if item.startswith(_ANSWER) else None
