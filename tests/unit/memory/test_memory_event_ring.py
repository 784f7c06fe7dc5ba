"""Events that repeat are one event with a count, and leave the others where they are."""

import threading

import pytest

from lepasserelle import BudgetExceededError, MemoryConfig
from lepasserelle.memory import MemoryManager
from lepasserelle.memory.events import Event, EventKind, EventRing


def event(kind: EventKind, at_s: float = 1.0, what: str = "parsing", why: str = "the limit", size_bytes: int = 5) -> Event:
    """One that happened."""
    return Event(at_s, kind, what, size_bytes, why)


def test_steady_refusals_leave_the_other_events_where_they_are() -> None:
    """A thousand of them are one, of the time and size of the last; what came before is there still."""
    ring = EventRing(4)
    ring.add(event(EventKind.SPILL))
    for number in range(1000):
        ring.add(event(EventKind.REFUSED, at_s=float(number), size_bytes=number))
    spill, refused = ring.last()
    assert (spill.kind, spill.count) == (EventKind.SPILL, 1)
    assert (refused.kind, refused.count, refused.at_s, refused.size_bytes) == (EventKind.REFUSED, 1000, 999.0, 999)
    assert ring.dropped == 0


def test_what_differs_in_anything_but_time_and_size_stays_apart() -> None:
    """Another kind, tag or limit; and spills and reloads, each of which is one of its own."""
    ring = EventRing(20)
    told = [event(EventKind.REFUSED), event(EventKind.WAITED), event(EventKind.REFUSED, what="linking")]
    told += [event(EventKind.REFUSED, what="linking", why="a cgroup"), event(EventKind.SPILL), event(EventKind.SPILL)]
    for one in told:
        ring.add(one)
    assert list(ring.last()) == told
    assert ring.drain() == told
    assert ring.last() == ()


def test_none_is_lost_between_threads() -> None:
    """Four of them, each with refusals of its own: counts add up to what was added."""
    ring = EventRing(100_000)

    def refuse(what: str) -> None:
        for _ in range(2000):
            ring.add(event(EventKind.REFUSED, what=what))

    threads = [threading.Thread(target=refuse, args=(name,)) for name in "abcd"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one.count for one in ring.last()) == 8000


def test_a_manager_that_refuses_again_and_again_says_so_once() -> None:
    """With how often."""
    manager = MemoryManager(MemoryConfig(auto_spill=False))
    for _ in range(30):
        with pytest.raises(BudgetExceededError), manager.reserve(1 << 50, "a very large answer", timeout_s=0.0):
            pass
    (refused,) = manager.events.last()
    assert (refused.kind, refused.what, refused.count) == (EventKind.REFUSED, "a very large answer", 30)
