"""Spilling that does not help: what the caches hold is far too little for what is missing, and questions bring it back at once.

Pure but for its own record: every call is given the time. Not here: what a round does, and how the standstill is told (`rounds`).
Invariants: it never keeps a first round from happening, nor one for a new cause, at a new urgency, or with more to give
than before; a rest is bounded, so that memory whose shortage nothing else shows is tried again.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

PART: Final = 16
"""A round that gave back less than such a part of what was missing has not helped."""

FIRST_S: Final = 5.0
"""The rest after the first round that did not help; it doubles with each further one."""

LONGEST_S: Final = 240.0

_LONGEST_DOUBLING: Final = 16


class Shortage(NamedTuple):
    """How things stand when a round is wanted."""

    missing_bytes: int
    """From the low mark of the cause that asks for most, whatever the caches hold."""
    held_bytes: int
    """What of the caches could go now, by their own account."""
    causes: frozenset[str]
    is_urgent: bool
    """Nothing is protected: the hard mark is reached, or a bound of the caches is passed."""


class Futility:
    """Whether another round is worth its while. Not safe for threads; the one that spills has it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._before: Shortage | None = None
        self._until_s = float("-inf")
        self._count = 0

    def rests(self, now: Shortage) -> bool:
        """Whether the round that is wanted would do what the last one did: next to nothing."""
        before = self._before
        if before is None or self._clock() >= self._until_s or not now.causes <= before.causes:
            return False
        if now.is_urgent and not before.is_urgent:
            return False
        could_help = self._helps(now.held_bytes - before.held_bytes, now.missing_bytes)
        return not could_help and now.missing_bytes * 2 > before.missing_bytes

    def ended(self, began: Shortage, left_bytes: int, given_bytes: int) -> bool:
        """A round that let something go has ended: `left_bytes` are still missing, `given_bytes` came back to the system. Whether
        it did not help.
        """
        progress_bytes = max(given_bytes, began.missing_bytes - left_bytes)
        if left_bytes <= 0 or self._helps(progress_bytes, began.missing_bytes):
            self.over()
            return False
        self._count += 1
        self._before = began
        self._until_s = self._clock() + min(FIRST_S * 2.0 ** min(self._count - 1, _LONGEST_DOUBLING), LONGEST_S)
        return True

    def over(self) -> None:
        """Memory is short no more, or spilling helped."""
        self._before, self._count, self._until_s = None, 0, float("-inf")

    @staticmethod
    def _helps(given_bytes: int, missing_bytes: int) -> bool:
        return given_bytes * PART >= missing_bytes
