"""Parse children that are started before it is known what they will parse, so that they import what they need while the parent
still walks. Not here: their jobs (`pool`).

Invariant: whoever is not taken leaves with the block, unasked.
"""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Final, Self

from lepasserelle.errors import BudgetExceededError
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import Start
from lepasserelle.ingest.nursery import Nursery
from lepasserelle.ingest.reserving import IDLE_BYTES, Reserve

WORTH_STARTING_FILES: Final = 200
"""So many files keep two children busy for longer than they take to start, each by itself."""


class Ahead:
    """Children that wait; a context manager that leaves none behind."""

    def __init__(self, spawn: Callable[[], Child], reserve: Reserve, nursery: Nursery | None = None) -> None:
        self._spawn = spawn
        self.nursery: Final = nursery if nursery is not None else Nursery(spawn)
        """Who forks children, where that can be had."""
        self._reserve = reserve
        self._start: Start | None = None
        self._children: list[Child] = []
        self._claim = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.dismiss()

    def begin(self, start: Start, count: int) -> None:
        """Have somebody who forks them, else start so many, if there is memory for that; once."""
        if self._start is not None:
            return
        if self.nursery.begin():
            return  # whoever is needed begins as a fork, of one that imports meanwhile
        if not count:
            return
        self._start = start
        with suppress(BudgetExceededError):
            claim = self._claim.enter_context(self._reserve(count * IDLE_BYTES, "parsing", timeout_s=0, in_children=True))
            for _ in range(count):
                self._children.append(self._spawn())
                self._children[-1].send(start)
            claim.covers(*(child.pid for child in self._children))

    def hand_over(self) -> None:
        """What was claimed for them ends: who takes them claims for what they do, and who is not taken leaves soon."""
        self._claim.close()

    def take(self, start: Start) -> Child | None:
        """One that was sent just this, if one waits."""
        return self._children.pop() if start == self._start and self._children else None

    def dismiss_waiting(self) -> None:
        """Away with those that wait."""
        for child in self._children:
            child.kill()
        self._children = []
        self._claim.close()

    def dismiss(self) -> None:
        """Away with those that wait, and with who forks."""
        self.nursery.close()
        self.dismiss_waiting()
