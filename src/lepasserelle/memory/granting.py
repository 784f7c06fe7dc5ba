"""Grants reservations: at once, after room was made, or after waiting; or refuses them with figures.

Not here: how room is made (`rounds`) and what the limits are. Invariants: the book is held from the look to the entry, so that two
claims never both take the last room; the wait is bounded, and there is none when nothing can come free; for what no limit can ever
grant nothing is spilled; a claim is granted without a look only when it is no larger than one unit, and a look of this very moment
found many times the room that such claims took since (every question makes one: it must cost next to nothing).
"""

import time
from collections.abc import Callable
from typing import Final

from lepasserelle.errors import BudgetExceededError
from lepasserelle.memory import pages
from lepasserelle.memory.events import Event, EventKind, Ring
from lepasserelle.memory.limits import Limit, tightest
from lepasserelle.memory.overview import Overview
from lepasserelle.memory.reservations import Ledger, Reservation
from lepasserelle.memory.watermarks import Marks

_TRIES: Final = 8
"""So often room is made even when the time is over: a claim that spilling can satisfy is not refused for want of time."""

_TICK_S: Final = 0.05
"""A claim that waits looks again so often: memory may also come free without a word."""


_FRESH_S: Final = 0.1
_SPARE_PART: Final = 4
"""After a look, claims of one unit at most may take such a part of the room that it found, for so long, without another look."""


class _Spare:
    """Room that was seen a moment ago and may be given away without looking again."""

    __slots__ = ("_entries", "_left_bytes", "_until_s")

    def __init__(self) -> None:
        self._left_bytes = 0
        self._until_s = float("-inf")
        self._entries = -1

    def seen(self, room_bytes: int, now_s: float, entries: int) -> None:
        """A look found so much room. `entries`: claims that were entered by a look so far."""
        self._left_bytes, self._until_s, self._entries = room_bytes // _SPARE_PART, now_s + _FRESH_S, entries

    def takes(self, asked_bytes: int, now_s: float, entries: int) -> bool:
        """Whether it was seen lately, nobody entered a claim by a look since, and there is enough left; which is then taken."""
        if now_s >= self._until_s or entries != self._entries or asked_bytes > self._left_bytes:
            return False
        self._left_bytes -= asked_bytes
        return True


class Granter:
    """Decides on claims. One for each manager; the book is shared."""

    def __init__(
        self,
        overview: Overview,
        make_room: Callable[[int, str], bool],
        nudge: Callable[[], None],
        ledger: Ledger,
        marks: Marks,
        unit_bytes: int,
        events: Ring[Event],
        clock: Callable[[], float],
    ) -> None:
        """`make_room(bytes, tag)` spills what holds heap, and says whether anything was let go of; `nudge` has the monitor look,
        since what was granted stands above the high mark.
        """
        self._overview = overview
        self._make_room = make_room
        self._nudge = nudge
        self._ledger = ledger
        self._hard = marks.hard
        self._ahead = marks.hard - marks.high
        self._unit_bytes = unit_bytes
        self._events = events
        self._clock = clock
        self._spare = _Spare()
        self.refusals = 0
        self.waits = 0

    def grant(self, claim: Reservation, timeout_s: float) -> None:
        """Enter `claim` in the book, or raise `BudgetExceededError`."""
        deadline_s = self._clock() + timeout_s
        if (missing := self._try(claim)) is None:
            return
        if claim.asked_bytes > int(missing[0].limit_bytes * self._hard):
            raise self._refused(claim, missing[0])
        if not self._make_room(missing[1], claim.tag):
            pages.trim_heap()
        has_waited, tries = False, 0
        while (missing := self._try(claim)) is not None:
            is_late = self._clock() >= deadline_s
            tries += 1
            if (tries <= _TRIES or not is_late) and self._make_room(missing[1], claim.tag):
                continue
            if is_late or not (self._ledger.others() or self._overview.may_come_free()):
                raise self._refused(claim, missing[0])
            if not has_waited:
                has_waited = True
                self.waits += 1
                self._tell(EventKind.WAITED, claim, missing[0])
            with self._ledger.changed:
                self._ledger.changed.wait(min(_TICK_S, max(0.0, deadline_s - self._clock())))

    def given_up(self, claim: Reservation) -> BudgetExceededError:
        """What to raise for a claim that was granted, when the system then refused the memory."""
        near = self._tightest(claim, exact=True)
        return self._refused(claim, near[0] if near is not None else Limit("the system", 0, 0, 0))

    def _try(self, claim: Reservation) -> tuple[Limit, int] | None:
        """None: granted and in the book; else the limit under which it does not fit, and how much is missing there.

        A cheap look is enough when there is more than one unit of room beyond what is asked.
        """
        with self._ledger.changed:
            is_small = claim.asked_bytes <= self._unit_bytes and not claim.in_children
            if is_small and self._spare.takes(claim.asked_bytes, self._clock(), self._ledger.entries):
                self._ledger.add(claim)
                return None
            near = self._tightest(claim, exact=False)
            if near is not None and near[1] + self._unit_bytes > 0:
                near = self._tightest(claim, exact=True)
                if near is not None and near[1] > 0:
                    return near
            claim.most_bytes = None if near is None else claim.asked_bytes + max(0, -near[1]) // 2
            self._ledger.add(claim)
            self._ledger.entries += 1
            if is_small and near is not None:
                self._spare.seen(-near[1], self._clock(), self._ledger.entries)
        if near is not None and -near[1] < near[0].limit_bytes * self._ahead:
            self._nudge()
        return None

    def _tightest(self, claim: Reservation, *, exact: bool) -> tuple[Limit, int] | None:
        known = self._overview.known_limits(exact=exact)
        return tightest(known, claim.asked_bytes, self._hard, in_children=claim.in_children)

    def _refused(self, claim: Reservation, limit: Limit) -> BudgetExceededError:
        self.refusals += 1
        self._tell(EventKind.REFUSED, claim, limit)
        return BudgetExceededError(claim.tag, claim.asked_bytes, limit.limit_bytes, limit.name, self._overview.held_by())

    def _tell(self, kind: EventKind, claim: Reservation, limit: Limit) -> None:
        self._events.add(Event(time.time(), kind, claim.tag, claim.asked_bytes, limit.name))
