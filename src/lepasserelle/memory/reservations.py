"""Memory that was promised and may not be taken yet. A book of claims; who may have one is for the manager to say.

One book serves the whole process, since the memory is the process's: two open indexes see each other's claims. Invariants: a
claim ends with its block, whatever happens in it; what was promised to another process counts once, as the larger of promise and
what that process holds; what the owner says it has taken counts as measured memory and no longer as promised.
"""

import os
import threading
from collections.abc import Mapping
from typing import Final

from lepasserelle.errors import ConfigError
from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.memory.limits import Reserved

LONGEST_WAIT_S: Final = 86_400.0
"""Nobody waits without bound."""


class Reservation:
    """A claim on memory, in force until its block ends."""

    __slots__ = ("_covered", "_taken_bytes", "asked_bytes", "in_children", "most_bytes", "tag", "thread")

    def __init__(self, tag: str, asked_bytes: int, *, in_children: bool) -> None:
        self.tag: Final = tag
        self.asked_bytes: Final = asked_bytes
        self.in_children: Final = in_children
        self.thread: Final = threading.get_ident()
        self.most_bytes: int | None = None
        """What it may turn out to take at most, should it be too low: half of what was left beside it. None: no limit."""
        self._covered: tuple[int, ...] = ()
        self._taken_bytes = 0

    def settle(self, taken_bytes: int) -> None:
        """So much of it is allocated and written by now, and hence measured: it no longer counts twice. Adds up over calls."""
        self._taken_bytes = min(self.asked_bytes, self._taken_bytes + max(0, taken_bytes))

    def covers(self, *pids: int) -> None:
        """What these child processes hold is what was promised here: it counts once, as the larger of both."""
        self._covered = pids

    def open_bytes(self, held: Mapping[int, int]) -> int:
        """What may still come, given what each process holds."""
        return max(0, self.asked_bytes - self._taken_bytes - sum(held.get(pid, 0) for pid in self._covered))


def check_claim(asked_bytes: object, tag: object, timeout_s: object) -> None:
    """Raise `ConfigError` unless this is a whole number of bytes, none of them below zero, under a name, and a bounded time."""
    if isinstance(asked_bytes, bool) or not isinstance(asked_bytes, int) or asked_bytes < 0:
        raise ConfigError(f"a reservation is of a whole number of bytes, 0 or more; got {asked_bytes!r}")
    if not isinstance(tag, str) or not tag:
        raise ConfigError(f"a reservation has a tag, a text that says what it is for; got {tag!r}")
    is_number = isinstance(timeout_s, int | float) and not isinstance(timeout_s, bool)
    if not is_number or not 0 <= timeout_s <= LONGEST_WAIT_S:  # type: ignore[operator]
        raise ConfigError(f"a reservation waits from 0 to {LONGEST_WAIT_S:g} seconds (timeout_s); got {timeout_s!r}")


class Ledger:
    """The claims of one process. `changed` guards them and tells of every end of one."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.entries = 0
        """Claims entered after a look at the limits; for those who look seldom."""
        self._claims: list[Reservation] = []
        self._pid = os.getpid()
        renew_after_fork(self)

    def add(self, claim: Reservation) -> None:
        """Enter a claim; the caller holds `changed` since it looked at what there is room for."""
        self._claims.append(claim)

    def remove(self, claim: Reservation) -> None:
        """End a claim and wake those that wait for room."""
        with self.changed:
            if claim in self._claims:
                self._claims.remove(claim)
            self.changed.notify_all()

    def reserved(self, held: Mapping[int, int]) -> list[Reserved]:
        """What is still to come of every claim, given what each process holds."""
        return [Reserved(claim.open_bytes(held), claim.in_children) for claim in tuple(self._claims)]

    def by_tag(self, held: Mapping[int, int]) -> dict[str, int]:
        """The same, summed by tag; claims without any rest are left out."""
        found: dict[str, int] = {}
        for claim in tuple(self._claims):
            rest_bytes = claim.open_bytes(held)
            if rest_bytes:
                found[claim.tag] = found.get(claim.tag, 0) + rest_bytes
        return found

    def others(self) -> bool:
        """Whether another thread has a claim, which will end some time."""
        me = threading.get_ident()
        return any(claim.thread != me for claim in tuple(self._claims))

    def after_fork(self) -> None:
        """The parent's claims are the parent's."""
        self.changed = threading.Condition()
        self._claims = []


PROCESS: Final = Ledger()
"""The book of this process."""
