"""Spilling that does not help: told once and rested from, but never in the way of a spill that would."""

from memory_fixture import MB, Clock, PlayedCache, World

from lepasserelle.memory import EventKind
from lepasserelle.memory.futility import FIRST_S, LONGEST_S, PART, Futility, Shortage

LIMIT = frozenset({"memory_limit_bytes"})


def full_of_others(held_bytes: int = MB) -> tuple[World, PlayedCache]:
    """A host at 90 % of the limit beside a small cache: 200 MB are missing to the low mark, and nobody here has them."""
    world = World()
    world.meter.host_bytes = 900 * MB
    return world, world.cache("analysis", held_bytes)


def asked_for(world: World, cache: PlayedCache, seconds: int) -> None:
    """Questions fill the cache again each second, and the monitor looks each second."""
    for _ in range(seconds):
        cache.held_bytes = cache.size_bytes
        world.manager.look()
        world.clock.now_s += 1


def test_crumbs_are_not_spilled_each_second() -> None:
    """What questions bring back at once goes at seconds 0, 5, 15 and 35 of a minute, not sixty times."""
    world, cache = full_of_others()
    asked_for(world, cache, 60)
    assert world.kinds().count(EventKind.SPILL) == 4


def test_that_spilling_does_not_help_is_told_once_and_so_is_its_end() -> None:
    """With what is missing; the statistics have it for as long as it lasts."""
    world, cache = full_of_others()
    asked_for(world, cache, 60)
    (told,) = [event for event in world.manager.events.last() if event.kind is EventKind.FUTILE]
    assert told.size_bytes == 200 * MB
    assert "memory_limit_bytes" in told.why
    assert world.manager.statistics().watch.standstill == EventKind.FUTILE.value
    world.meter.host_bytes = 100 * MB
    asked_for(world, cache, 10)
    assert world.kinds().count(EventKind.EASED) == 1
    assert world.manager.statistics().watch.standstill == ""


def test_a_spill_that_frees_what_is_missing_is_no_standstill() -> None:
    """The caches hold it: they go, each time, and nothing else is told."""
    world, cache = full_of_others(250 * MB)
    world.meter.host_bytes = 650 * MB
    asked_for(world, cache, 3)
    assert cache.held_bytes == 50 * MB
    assert set(world.kinds()) == {EventKind.SPILL}


def test_a_cache_that_has_grown_is_spilled_within_the_rest() -> None:
    """Sixteen times less than what is missing is worth a round; so the rest ends for it."""
    world, cache = full_of_others()
    asked_for(world, cache, 2)
    cache.size_bytes = 50 * MB
    asked_for(world, cache, 1)
    assert cache.held_bytes == 0
    assert world.kinds().count(EventKind.SPILL) == 2


def test_the_hard_mark_is_answered_within_the_rest() -> None:
    """Once, since nothing more is to be had there either."""
    world, cache = full_of_others()
    asked_for(world, cache, 2)
    world.meter.host_bytes = 960 * MB
    asked_for(world, cache, 3)
    assert world.kinds().count(EventKind.SPILL) == 2


def test_by_hand_it_goes_within_the_rest() -> None:
    """Who asks for a check gets one."""
    world, cache = full_of_others()
    asked_for(world, cache, 2)
    cache.held_bytes = MB
    assert world.manager.check_and_spill()
    assert cache.held_bytes == 0


def test_nothing_left_is_told_when_memory_is_still_short() -> None:
    """What the caches held helped, and was not enough: that they are empty now is said, with what is missing."""
    world, cache = full_of_others(50 * MB)
    world.manager.look()
    assert cache.held_bytes == 0
    assert world.kinds() == [EventKind.SPILL, EventKind.EXHAUSTED]
    assert world.manager.events.last()[-1].size_bytes == 200 * MB


def test_a_rest_doubles_and_is_bounded() -> None:
    """Five seconds, ten, …, four minutes; a round that helps begins anew."""
    clock = Clock()
    futility = Futility(clock)
    short = Shortage(200 * MB, MB, LIMIT, is_urgent=False)
    rests = []
    for _ in range(9):
        assert futility.ended(short, 200 * MB, 0)
        began_s = clock.now_s
        while futility.rests(short):
            clock.now_s += FIRST_S
        rests.append(clock.now_s - began_s)
    assert rests[:4] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S, 8 * FIRST_S]
    assert rests[-1] == LONGEST_S
    assert not futility.ended(short, 200 * MB, 200 * MB // PART)
    assert not futility.rests(short)


def test_a_new_cause_ends_the_rest() -> None:
    """The system is short as well now: it may get what the limit did not need."""
    futility = Futility(Clock())
    short = Shortage(200 * MB, MB, LIMIT, is_urgent=False)
    assert futility.ended(short, 200 * MB, 0)
    assert futility.rests(short)
    assert not futility.rests(short._replace(causes=LIMIT | {"system memory"}))
