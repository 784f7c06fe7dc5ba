"""Who was spilled and came back too soon? Minimum residency, ghosts and doubling back-off against spill–reload ping-pong.

Pure but for its own record: every call is given the time. A ghost is the memory of a spill: name and time, kept when the bytes are
gone (the idea of the ghost lists of 2Q, Johnson and Shasha 1994, and ARC, Megiddo and Modha 2003). Invariants: an object that was
reloaded stays at least its residency, which doubles each time it returned within the window; at the third return within the window
it is to be answered page by page, without being populated, because loading it whole costs more than it brings.
"""

from collections import OrderedDict
from typing import Final

import msgspec

_LONGEST_DOUBLING: Final = 16


class ReturnRules(msgspec.Struct, frozen=True):
    """Times in seconds."""

    residency_s: float = 5.0
    """What was reloaded stays at least so long, unless memory is needed for a reservation or somebody spills it by hand."""
    window_s: float = 300.0
    """A reload within so long of its spill is a return; so long without one forgets them."""
    longest_s: float = 240.0
    """The doubling of the residency ends here."""
    paged_after: int = 3
    """At this return within the window the object is answered page by page."""
    ghosts: int = 256
    """Names remembered; the oldest is forgotten first."""


class Return(msgspec.Struct, frozen=True):
    """What a reload means."""

    count: int
    """Returns within the window, this one included; 0: it was not spilled lately."""
    populate: bool
    """False: map it and let pages come one by one."""


class _Ghost(msgspec.Struct, frozen=True):
    spilled_s: float | None
    returned_s: float | None
    count: int


class Returns:
    """The record of spills and reloads by name. Not safe for threads; its owner holds a lock."""

    def __init__(self, rules: ReturnRules | None = None) -> None:
        self.rules: Final = ReturnRules() if rules is None else rules
        self._ghosts: OrderedDict[str, _Ghost] = OrderedDict()

    def spilled(self, name: str, now_s: float) -> None:
        """`name` left memory."""
        before = self._ghosts.get(name)
        returned_s, count = (before.returned_s, before.count) if before else (None, 0)
        self._remember(name, _Ghost(now_s, returned_s, count))

    def reloaded(self, name: str, now_s: float) -> Return:
        """`name` comes back into memory; says how."""
        before = self._ghosts.get(name)
        is_return = before is not None and before.spilled_s is not None and now_s - before.spilled_s <= self.rules.window_s
        if before is None or not is_return:
            count = 0
        elif before.returned_s is not None and now_s - before.returned_s > self.rules.window_s:
            count = 1
        else:
            count = before.count + 1
        self._remember(name, _Ghost(None, now_s, count))
        return Return(count, populate=count < self.rules.paged_after)

    def may_spill(self, name: str, now_s: float) -> bool:
        """Whether its minimum residency is over."""
        return now_s >= self.protected_until_s(name)

    def protected_until_s(self, name: str) -> float:
        """The time before which it should stay; −inf when it was never reloaded."""
        ghost = self._ghosts.get(name)
        if ghost is None or ghost.returned_s is None:
            return float("-inf")
        doubled_s = self.rules.residency_s * 2.0 ** min(ghost.count, _LONGEST_DOUBLING)
        return ghost.returned_s + min(doubled_s, max(self.rules.longest_s, self.rules.residency_s))

    def forget(self, name: str) -> None:
        """It no longer exists."""
        self._ghosts.pop(name, None)

    def _remember(self, name: str, ghost: _Ghost) -> None:
        self._ghosts[name] = ghost
        self._ghosts.move_to_end(name)
        while len(self._ghosts) > self.rules.ghosts:
            self._ghosts.popitem(last=False)
