"""The manager with a meter and caches that play: marks, reservations, order of spilling, returns, failures, statistics."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_fixture import MB, PlayedCache, World

from lepasserelle.errors import BudgetExceededError, CacheError, ConfigError, LimitTooLowError, StorageError, UnknownCacheError
from lepasserelle.memory import EventKind, MemoryManager, Outcome
from lepasserelle.memory.cgroups import CgroupMemory
from lepasserelle.memory.meter import ProcessLimit, Stall
from lepasserelle.memory.spiller import Candidate, spill_order
from lepasserelle.memory.watermarks import Level


def in_thread(work: Callable[[], object]) -> threading.Thread:
    """A started thread."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


# watching ------------------------------------------------------------------------------------------------------------------------


def test_below_the_high_mark_nothing_is_spilled() -> None:
    """And the answer says so."""
    world = World()
    cache = world.cache("pdg", 740 * MB)
    assert not world.manager.check_and_spill()
    assert cache.held_bytes == 740 * MB
    assert world.kinds() == []


def test_where_spilling_begins_is_what_the_user_set() -> None:
    """The same usage of 80 %: above a mark of 75, below one of 85."""
    for threshold, spills in ((0.75, True), (0.85, False)):
        world = World(spill_threshold=threshold)
        cache = world.cache("pdg", 700 * MB)
        assert world.manager.check_and_spill() is spills
        assert (cache.held_bytes < 700 * MB) is spills


def test_the_limit_is_the_machines_memory_when_nothing_else_is_less() -> None:
    """So that the mark stands at 85 % of it by default; a cgroup with less takes its place."""
    world = World(memory_limit_bytes=None)
    world.meter.total_bytes = 2_000 * MB
    told = world.manager.statistics()
    assert (told.limit_bytes, told.high_bytes) == (2_000 * MB, 1_700 * MB)
    world.meter.limited = (CgroupMemory("/a", 600 * MB, 100 * MB),)
    assert world.manager.statistics().limit_bytes == 600 * MB


def test_a_check_that_could_let_nothing_go_does_not_say_that_it_did() -> None:
    """All of it is being read, or fails: nothing was spilled, whatever the need."""
    world = World()
    cache = world.cache("pdg", 800 * MB)
    with world.manager.use("pdg"):
        assert world.manager.check_and_spill() is False
    cache.fails = True
    assert world.manager.check_and_spill() is False
    assert cache.held_bytes == 800 * MB
    cache.fails = False
    assert world.manager.check_and_spill() is True


def test_above_it_spilling_goes_to_the_low_mark_and_no_further() -> None:
    """Measured after each step; what is left is at the low mark."""
    world = World()
    cache = world.cache("pdg", 800 * MB)
    assert world.manager.check_and_spill()
    assert cache.held_bytes == 600 * MB
    assert not world.manager.check_and_spill()
    assert world.kinds() == [EventKind.SPILL]


def test_pages_of_files_count_as_usage_and_not_as_bound() -> None:
    """They bring a spill about; they never stand in the way of a reservation that has them given back."""
    world = World()
    cache = world.cache("vectors", 850 * MB, path="/segment")
    assert world.manager.statistics().level is Level.HIGH
    assert world.manager.statistics().bound_bytes == 100 * MB
    with world.manager.reserve(800 * MB, "work"):
        assert cache.held_bytes == 850 * MB
    assert world.manager.check_and_spill()
    assert cache.held_bytes == 600 * MB


def test_empty_caches_end_it() -> None:
    """A meter that stays high does not make a loop; it is said once that nothing is left."""
    world = World()
    cache = world.cache("pdg", 50 * MB)
    world.meter.host_bytes = 2000 * MB
    assert world.manager.check_and_spill()
    assert cache.held_bytes == 0
    looks = world.meter.looks
    assert not world.manager.check_and_spill()
    assert not world.manager.check_and_spill()
    assert world.meter.looks - looks < 10
    assert world.manager.statistics().watch.active == frozenset()


def test_the_bound_of_the_caches_spills_without_pressure() -> None:
    """`max_cache_bytes` crossed: down to the low share of it."""
    world = World(max_cache_bytes=200 * MB)
    cache = world.cache("pdg", 201 * MB)
    assert world.manager.check_and_spill()
    assert cache.held_bytes == 140 * MB


def test_the_bound_of_the_caches_binds_what_came_back_a_moment_ago() -> None:
    """Minimum residency does not stand against a bound that somebody set; it does below that, down to the low share."""
    world = World(max_cache_bytes=200 * MB)
    old, young = world.cache("pdg", 90 * MB), world.cache("vectors", 150 * MB)
    for name in ("pdg", "vectors"):
        world.manager.spill(name)
    with world.manager.use("pdg"):
        pass
    world.clock.now_s += 60
    with world.manager.use("vectors"):
        pass
    old.held_bytes, young.held_bytes = 90 * MB, 150 * MB
    assert world.manager.check_and_spill()
    assert old.held_bytes + young.held_bytes <= 200 * MB
    assert young.held_bytes == 150 * MB, "below the bound what is young stays"
    young.held_bytes = young.size_bytes = 230 * MB
    assert world.manager.check_and_spill()
    assert old.held_bytes + young.held_bytes <= 200 * MB


def test_the_monitor_acts_on_the_bound_at_its_next_look() -> None:
    """Not after some seconds of residency: one look is enough."""
    world = World(max_cache_bytes=200 * MB)
    cache = world.cache("pdg", 250 * MB)
    world.manager.spill("pdg")
    with world.manager.use("pdg"):
        pass
    cache.held_bytes = 250 * MB
    world.manager.look()
    assert cache.held_bytes <= 200 * MB


def test_what_is_being_read_is_no_emptiness() -> None:
    """The event says that nothing could go, and what; that nothing is left is said of empty caches only."""
    world = World(max_cache_bytes=200 * MB)
    cache = world.cache("pdg", 250 * MB)
    seen: list[bool] = []
    with world.manager.use("pdg"):
        in_thread(lambda: seen.append(world.manager.check_and_spill())).join()
    assert seen == [False]
    told = [event for event in world.manager.events.last() if event.kind is EventKind.STUCK]
    assert [event.what for event in told] == ["pdg"]
    assert cache.held_bytes == 250 * MB
    assert EventKind.EXHAUSTED not in world.kinds()


@pytest.mark.parametrize("asked", [-1, 1.5, float("nan"), float("inf"), True, None, "1 MB"])
def test_what_is_no_amount_is_no_reservation(asked: object) -> None:
    """Refused with what was given, and nothing is in the book."""
    world = World()
    with pytest.raises(ConfigError, match="whole number of bytes"), world.manager.reserve(asked, "work"):  # type: ignore[arg-type]
        pytest.fail("granted")
    assert world.manager.statistics().reserved_bytes == 0


@pytest.mark.parametrize("timeout_s", [-1, float("nan"), float("inf"), None, "1", True])
def test_what_is_no_time_is_no_wait(timeout_s: object) -> None:
    """Nobody waits without bound, or for less than no time."""
    world = World()
    with pytest.raises(ConfigError, match="timeout_s"), world.manager.reserve(1, "work", timeout_s=timeout_s):  # type: ignore[arg-type]
        pytest.fail("granted")


@pytest.mark.parametrize("tag", [None, "", 3])
def test_a_reservation_says_what_it_is_for(tag: object) -> None:
    """Errors and statistics name it."""
    with pytest.raises(ConfigError, match="tag"), World().manager.reserve(1, tag):  # type: ignore[arg-type]
        pytest.fail("granted")


def test_stalls_take_a_quarter_at_a_look() -> None:
    """The average falls slowly: one look never empties everything."""
    world = World()
    cache = world.cache("pdg", 400 * MB)
    world.meter.stalled = Stall(30.0, 5.0)
    assert world.manager.check_and_spill()
    assert cache.held_bytes == 300 * MB
    world.clock.now_s += 60
    assert world.manager.check_and_spill()
    assert cache.held_bytes == 225 * MB


def test_a_pressure_ramp_and_back() -> None:
    """Host memory rises and falls: spills begin at the high mark, end at the low one, and nothing happens between them."""
    world = World()
    cache = world.cache("pdg", 500 * MB)
    seen = []
    for host in [*range(100, 900, 10), *range(900, 100, -10)]:
        world.meter.host_bytes = host * MB
        world.clock.now_s += 30
        before = cache.held_bytes
        if world.manager.check_and_spill():
            seen.append((host * MB + before, host * MB + cache.held_bytes))
    assert seen
    for before, after in seen:
        assert before >= 850 * MB
        assert after <= 700 * MB or cache.held_bytes == 0
    assert len(seen) <= 4


def test_a_look_is_cheap_until_there_is_reason() -> None:
    """The monitor's look does nothing exact below the mark, acts above it, and says when it wants to come back."""
    world = World(check_interval_secs=30)
    cache = world.cache("pdg", 100 * MB)
    assert world.manager.look() == 30
    world.meter.host_bytes = 700 * MB
    assert 1 <= world.manager.look() < 30
    world.meter.host_bytes = 800 * MB
    world.manager.look()
    assert cache.held_bytes == 0
    assert world.manager.statistics().watch.looks == 3


def test_looks_come_sooner_near_the_bound_of_the_caches() -> None:
    """Whatever the limit: crossing `max_cache_bytes` is to be seen soon, too."""
    world = World(check_interval_secs=30, max_cache_bytes=200 * MB, memory_limit_bytes=100_000 * MB)
    cache = world.cache("pdg", 100 * MB)
    assert world.manager.look() == 30
    cache.held_bytes = cache.size_bytes = 190 * MB
    assert world.manager.look() < 12


# who goes ------------------------------------------------------------------------------------------------------------------------


def test_the_order_is_bytes_for_expected_reload_time() -> None:
    """Large, idle and cheap to bring back goes first; those that hold nothing do not stand in it."""
    candidates = [
        Candidate("dear", 100 * MB, 1000.0, 10.0),
        Candidate("cheap", 100 * MB, 5.0, 10.0),
        Candidate("busy", 100 * MB, 5.0, 0.0),
        Candidate("small", MB, 5.0, 10.0),
        Candidate("empty", 0, 0.0, 99.0),
    ]
    assert spill_order(candidates) == ["cheap", "busy", "small", "dear"]


def test_the_cheapest_goes_and_the_others_stay() -> None:
    """As much as is needed, from the one that is best given up."""
    world = World()
    dear, cheap = world.cache("dear", 400 * MB, reload_ms=1500.0), world.cache("cheap", 400 * MB, reload_ms=5.0)
    assert world.manager.check_and_spill()
    assert (dear.held_bytes, cheap.held_bytes) == (400 * MB, 200 * MB)


def test_what_is_read_is_not_spilled() -> None:
    """The reader's pin holds; the next cache goes instead; the pin is counted."""
    world = World()
    first, second = world.cache("first", 400 * MB, reload_ms=1.0), world.cache("second", 400 * MB)
    with world.manager.use("first"):
        assert world.manager.check_and_spill()
        assert first.held_bytes == 400 * MB
        assert second.held_bytes == 200 * MB
    assert world.kinds() == [EventKind.PINNED, EventKind.SPILL]


def test_a_cache_that_fails_stays_and_the_next_goes() -> None:
    """It is usable, counted and said."""
    world = World()
    bad, good = world.cache("bad", 400 * MB, reload_ms=1.0), world.cache("good", 400 * MB)
    bad.fails = True
    assert world.manager.check_and_spill()
    assert (bad.held_bytes, good.held_bytes) == (400 * MB, 200 * MB)
    assert world.kinds() == [EventKind.SPILL_FAILED, EventKind.SPILL]
    counts = {cache.name: cache.counts for cache in world.manager.statistics().caches}
    assert counts["bad"].spill_failures == 1
    assert counts["good"].spills == 1
    with world.manager.use("bad"):
        assert bad.held_bytes == 400 * MB


def test_what_came_back_just_now_stays_unless_it_must_go() -> None:
    """Minimum residency holds against the high mark, not against the hard one, a reservation or a hand."""
    world = World()
    cache = world.cache("pdg", 700 * MB)
    world.manager.spill("pdg")
    with world.manager.use("pdg"):
        pass
    world.meter.host_bytes = 200 * MB
    assert not world.manager.check_and_spill()
    assert not world.manager.check_and_spill()
    assert world.kinds() == [EventKind.SPILL, EventKind.RELOAD, EventKind.TOO_YOUNG]
    world.clock.now_s += 5
    assert world.manager.check_and_spill()
    assert cache.held_bytes == 500 * MB
    with world.manager.use("pdg"):
        pass
    world.meter.host_bytes = 460 * MB
    assert world.manager.check_and_spill()


def test_ping_pong_ends_page_by_page() -> None:
    """The third return within the window is mapped only, and then readable as it is."""
    world = World()
    cache = world.cache("pdg", 300 * MB, path="/segment")
    for _ in range(5):
        world.meter.host_bytes = 900 * MB
        world.clock.now_s += 85
        assert world.manager.check_and_spill()
        world.meter.host_bytes = 100 * MB
        with world.manager.use("pdg"):
            pass
    assert cache.reloads == [True, True, False, False, False]
    with world.manager.use("pdg"):
        assert len(cache.reloads) == 5


def test_what_a_person_spilled_comes_back_whole() -> None:
    """However often."""
    world = World()
    cache = world.cache("pdg", 300 * MB, path="/segment")
    for _ in range(5):
        world.manager.spill("pdg")
        with world.manager.use("pdg"):
            pass
    assert cache.reloads == [True] * 5


def test_a_cache_that_only_maps_makes_no_room_for_a_reservation() -> None:
    """Its pages are not bound memory: giving them back would cost and bring nothing."""
    world = World()
    mapped, heap = world.cache("vectors", 300 * MB, path="/segment", reload_ms=0.1), world.cache("analysis", 300 * MB)
    with world.manager.reserve(700 * MB, "encoding"):
        assert (mapped.held_bytes, heap.held_bytes) == (300 * MB, 150 * MB)


def test_what_would_pass_the_high_mark_at_once_comes_page_by_page() -> None:
    """Loading it whole would only have something spilled again."""
    world = World()
    cache = world.cache("pdg", 300 * MB, path="/segment")
    world.manager.spill("pdg")
    world.meter.host_bytes = 700 * MB
    with world.manager.use("pdg"):
        assert cache.reloads == [False]


# by hand -------------------------------------------------------------------------------------------------------------------------


def test_a_spill_by_hand_reports_what_was_measured() -> None:
    """Pages of its file and anonymous memory apart; a second one has nothing to give."""
    world = World()
    world.cache("vectors", 300 * MB, path="/segment")
    world.cache("analysis", 20 * MB)
    report = world.manager.spill("vectors")
    assert (report.outcome, report.moved_bytes) == (Outcome.SPILLED, 300 * MB)
    assert (report.file_bytes, report.anonymous_bytes, report.process_bytes) == (300 * MB, 0, 300 * MB)
    assert report.system_bytes is None
    assert world.manager.spill("analysis").anonymous_bytes == 20 * MB
    assert world.manager.spill("vectors").outcome is Outcome.NOTHING


def test_a_name_that_no_cache_has_is_an_error_that_names_those_there_are() -> None:
    """Of our own family, so that who catches that misses nothing; whatever was asked of it."""
    world = World()
    world.cache("pdg", MB)
    world.cache("vectors", MB)
    manager = world.manager

    def use() -> None:
        with manager.use("graph"):
            raise AssertionError

    for asked in (lambda: manager.spill("graph"), lambda: manager.reload("graph"), lambda: manager.failure("graph"), use):
        with pytest.raises(UnknownCacheError, match=r"'graph'; there are: pdg, vectors\.") as caught:
            asked()
        assert isinstance(caught.value, CacheError)
        assert (caught.value.name, caught.value.known) == ("graph", ("pdg", "vectors"))
    with pytest.raises(UnknownCacheError, match="there are: none"):
        World().manager.reload("pdg")


def test_a_reload_by_hand_says_whether_it_was_needed() -> None:
    """And is counted with its time."""
    world = World()
    world.cache("pdg", MB)
    assert not world.manager.reload("pdg")
    world.manager.spill("pdg")
    assert world.manager.reload("pdg")
    counts = world.manager.statistics().caches[0].counts
    assert (counts.reloads, counts.spills, counts.given_back_bytes) == (1, 1, MB)
    assert counts.longest_reload_ms >= counts.last_reload_ms >= 0


def test_a_reload_that_fails_reaches_every_reader_and_the_next_one_works() -> None:
    """The pin is let go of, nothing is half there."""
    world = World()
    cache = world.cache("pdg", MB)
    world.manager.spill("pdg")
    cache.fails = True
    with pytest.raises(StorageError), world.manager.use("pdg"):
        pass
    cache.fails = False
    with world.manager.use("pdg"):
        assert cache.held_bytes == MB
    assert world.kinds() == [EventKind.SPILL, EventKind.RELOAD_FAILED, EventKind.RELOAD]


def test_of_many_readers_one_brings_it_back() -> None:
    """The others wait for it and then read."""
    world = World()
    cache = world.cache("pdg", MB)
    world.manager.spill("pdg")
    plain, seen = cache.reload, []

    def slow(populate: bool = True) -> None:
        time.sleep(0.05)
        plain(populate)

    cache.reload = slow  # type: ignore[method-assign]

    def read() -> None:
        with world.manager.use("pdg"):
            seen.append(cache.held_bytes)

    threads = [in_thread(read) for _ in range(6)]
    for thread in threads:
        thread.join(5)
    assert (seen, cache.reloads) == ([MB] * 6, [True])


def test_names_are_unique_and_can_be_given_up() -> None:
    """A new generation takes the place of the old one."""
    world = World()
    cache = world.cache("pdg", MB)
    with pytest.raises(ValueError, match="pdg"):
        world.manager.register(cache)
    world.manager.unregister("pdg")
    world.manager.unregister("pdg")
    world.manager.register(cache)


# reservations --------------------------------------------------------------------------------------------------------------------


def test_a_reservation_within_the_hard_mark_is_granted_and_ends() -> None:
    """850 beside 100 of 1000 MB; its end gives everything back."""
    world = World()
    with world.manager.reserve(850 * MB, "parsing"):
        assert world.manager.statistics().bound_bytes == 950 * MB
        assert world.manager.statistics().reservations == {"parsing": 850 * MB}
    assert world.manager.statistics().bound_bytes == 100 * MB


def test_a_reservation_makes_the_caches_give_exactly_what_is_missing() -> None:
    """Heap that they hold is bound memory."""
    world = World()
    cache = world.cache("analysis", 500 * MB)
    with world.manager.reserve(600 * MB, "encoding"):
        assert cache.held_bytes == 250 * MB


def test_what_cannot_fit_is_refused_with_figures() -> None:
    """Limit, asked, and who holds what; at once, since nothing can come free; and nothing stays claimed."""
    world = World()
    cache = world.cache("analysis", 50 * MB)
    began_s = time.monotonic()
    with pytest.raises(BudgetExceededError) as caught, world.manager.reserve(901 * MB, "parsing"):
        pass
    assert time.monotonic() - began_s < 5
    assert (caught.value.limit_bytes, caught.value.asked_bytes, caught.value.tag) == (1000 * MB, 901 * MB, "parsing")
    assert caught.value.held_bytes == {"host": 100 * MB}
    assert cache.held_bytes == 0
    assert world.manager.statistics().reserved_bytes == 0
    assert world.manager.statistics().watch.refusals == 1
    assert EventKind.REFUSED in world.kinds()


def test_for_what_no_limit_could_ever_grant_nothing_is_spilled() -> None:
    """951 of 1000 MB is above the hard mark with every cache empty: refused at once, and the caches stay."""
    world = World()
    cache = world.cache("analysis", 50 * MB)
    assert world.manager.most_bytes() == 950 * MB
    with pytest.raises(BudgetExceededError) as caught, world.manager.reserve(951 * MB, "building graph", in_children=True):
        pass
    assert (caught.value.asked_bytes, caught.value.held_bytes) == (951 * MB, {"analysis": 50 * MB, "host": 100 * MB})
    assert cache.held_bytes == 50 * MB
    world.meter.limited = (CgroupMemory("/box", 500 * MB, 400 * MB),)
    assert world.manager.most_bytes() == 475 * MB
    world.meter.data = ProcessLimit(300 * MB, 200 * MB)
    assert world.manager.most_bytes() == 475 * MB


def test_a_reservation_waits_for_another_and_then_gets_its_room() -> None:
    """The end of one wakes the other."""
    world = World()
    granted = threading.Event()

    def second() -> None:
        with world.manager.reserve(500 * MB, "second"):
            granted.set()

    with world.manager.reserve(500 * MB, "first"):
        thread = in_thread(second)
        assert not granted.wait(0.1)
    assert granted.wait(5)
    thread.join(5)
    assert world.manager.statistics().watch.waits == 1


def test_waiting_is_bounded() -> None:
    """The other never ends: refused, and its holder is named."""
    world = World()
    world.manager._clock = time.monotonic
    world.manager._granter._clock = time.monotonic
    refused = []

    def second() -> None:
        with pytest.raises(BudgetExceededError) as caught, world.manager.reserve(500 * MB, "second", timeout_s=0.15):
            pass
        refused.append(caught.value.held_bytes)

    with world.manager.reserve(500 * MB, "first"):
        in_thread(second).join(5)
    assert refused == [{"first": 500 * MB, "host": 100 * MB}]


def test_a_thread_does_not_wait_for_its_own_reservation() -> None:
    """Nobody else could end it."""
    world = World()
    with world.manager.reserve(500 * MB, "outer"), pytest.raises(BudgetExceededError), world.manager.reserve(500 * MB, "inner"):
        pass


def test_a_reader_that_reserves_keeps_what_it_reads() -> None:
    """Others are spilled; its own pin is respected and not waited for."""
    world = World()
    mine, other = world.cache("mine", 300 * MB, reload_ms=0.1), world.cache("other", 300 * MB)
    with world.manager.use("mine"), world.manager.reserve(500 * MB, "expanding"):
        assert mine.held_bytes == 300 * MB
        assert other.held_bytes == 50 * MB


def test_small_claims_one_after_the_other_do_not_look_each_time() -> None:
    """Every question makes one. A look of a moment ago is enough for a part of the room that it found; then there is another."""
    world = World()

    def looks(claims: int, size_bytes: int = MB) -> int:
        before = world.meter.looks
        for _ in range(claims):
            with world.manager.reserve(size_bytes, "search"):
                pass
        return world.meter.looks - before

    once = looks(1)
    assert once > 0
    assert looks(100) == 0
    assert looks(1, 2 * MB) > 0, "more than a unit"
    assert looks(1) > 0, "somebody took more since"
    assert looks(1) == 0
    world.clock.now_s += 0.1
    assert looks(1) == once
    assert 0 < looks(850) <= 6 * once, "a quarter of what is left at each look"


def test_small_claims_together_never_pass_the_hard_mark() -> None:
    """However many at one moment."""
    world = World()
    with ExitStack() as stack:
        for _ in range(850):
            stack.enter_context(world.manager.reserve(MB, "search"))
        with pytest.raises(BudgetExceededError):
            stack.enter_context(world.manager.reserve(MB, "search"))
        assert world.manager.statistics().bound_bytes == 950 * MB
    world.meter.host_bytes = 1000 * MB
    world.clock.now_s += 0.1
    with pytest.raises(BudgetExceededError), world.manager.reserve(MB, "search"):
        pass


def test_what_was_taken_counts_once() -> None:
    """`settle` as it is allocated; more than was asked for does not make room."""
    world = World()
    with world.manager.reserve(400 * MB, "building") as claim:
        world.meter.host_bytes += 300 * MB
        assert world.manager.statistics().bound_bytes == 800 * MB
        claim.settle(300 * MB)
        assert world.manager.statistics().bound_bytes == 500 * MB
        claim.settle(300 * MB)
        assert world.manager.statistics().reserved_bytes == 0


def test_children_that_a_reservation_covers_count_once() -> None:
    """As the larger of promise and what they hold."""
    world = World()
    with world.manager.reserve(300 * MB, "parsing", in_children=True) as claim:
        world.meter.children = {7: 120 * MB, 8: 50 * MB}
        assert world.manager.statistics().bound_bytes == 570 * MB
        claim.covers(7, 8)
        assert world.manager.statistics().bound_bytes == 400 * MB
        world.meter.children[7] = 400 * MB
        assert world.manager.statistics().bound_bytes == 550 * MB


def test_every_limit_binds() -> None:
    """A cgroup that neighbours fill, and `RLIMIT_DATA`, which does not bind what children take."""
    world = World()
    world.meter.limited = (CgroupMemory("/box", 500 * MB, 400 * MB),)
    with pytest.raises(BudgetExceededError, match="cgroup /box"), world.manager.reserve(80 * MB, "parsing"):
        pass
    world.meter.limited = ()
    world.meter.data = ProcessLimit(300 * MB, 200 * MB)
    with pytest.raises(BudgetExceededError, match="RLIMIT_DATA"), world.manager.reserve(100 * MB, "parsing"):
        pass
    with world.manager.reserve(100 * MB, "parsing", in_children=True):
        pass


def test_two_managers_of_one_process_share_the_book() -> None:
    """Memory is the process's: what one granted, the other does not grant again."""
    world = World()
    other = MemoryManager(world.config, world.meter, ledger=world.ledger, clock=world.clock)
    with world.manager.reserve(500 * MB, "first"), pytest.raises(BudgetExceededError), other.reserve(500 * MB, "second"):
        pass


def test_a_limit_under_the_floor_is_refused_with_both_figures() -> None:
    """What is held, what work takes, and the hard mark; a limit at the floor is accepted."""
    world = World(memory_limit_bytes=110 * MB)
    with pytest.raises(LimitTooLowError) as caught:
        world.manager.check_floor(working_bytes=20 * MB)
    assert caught.value.limit_bytes == 110 * MB
    assert caught.value.floor_bytes == 126_315_790
    world.manager.check_floor(working_bytes=4 * MB)
    at_floor = World(memory_limit_bytes=caught.value.floor_bytes)
    at_floor.manager.check_floor(working_bytes=20 * MB)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["reserve", "release", "use", "spill", "check", "host"]), st.integers(0, 2), st.integers(0, 600)),
        max_size=40,
    )
)
def test_bound_memory_never_passes_the_hard_mark_by_a_grant(steps: list[tuple[str, int, int]]) -> None:
    """Whatever happens before: after a grant, bound memory is under the mark; a refused claim leaves nothing behind."""
    world = World()
    caches = [world.cache(f"cache{number}", 200 * MB, path="/segment" if number == 2 else "") for number in range(3)]
    claims: list[object] = []
    for kind, number, amount in steps:
        world.clock.now_s += 1.0
        if kind == "reserve":
            block = world.manager.reserve(amount * MB, f"work{number}", timeout_s=0.0)
            before = world.manager.statistics().reserved_bytes
            try:
                block.__enter__()
            except BudgetExceededError:
                assert world.manager.statistics().reserved_bytes == before
                assert sum(cache.held_bytes for cache in caches[:2]) == 0
            else:
                claims.append(block)
                statistics = world.manager.statistics()
                assert statistics.bound_bytes <= 950 * MB
        elif kind == "release" and claims:
            claims.pop().__exit__(None, None, None)  # type: ignore[attr-defined]
        elif kind == "use":
            with world.manager.use(f"cache{number}"):
                pass
        elif kind == "spill":
            world.manager.spill(f"cache{number}")
            assert caches[number].held_bytes == 0
        elif kind == "check":
            world.manager.check_and_spill()
        else:
            world.meter.host_bytes = amount * MB
    for block in claims:
        block.__exit__(None, None, None)  # type: ignore[attr-defined]
    assert world.manager.statistics().reserved_bytes == 0


# telling -------------------------------------------------------------------------------------------------------------------------


def test_statistics_tell_everything_at_once() -> None:
    """Limit and marks, host, bound and usage, and each cache with its pages."""
    world = World()
    world.cache("vectors", 200 * MB, path="/segment")
    world.cache("analysis", 40 * MB)
    with world.manager.use("vectors"):
        told = world.manager.statistics()
    assert (told.limit_bytes, told.limit_name) == (1000 * MB, "memory_limit_bytes")
    assert (told.low_bytes, told.high_bytes, told.hard_bytes) == (700 * MB, 850 * MB, 950 * MB)
    assert (told.bound_bytes, told.usage_bytes) == (140 * MB, 340 * MB)
    assert (told.host_bytes, told.opened_host_bytes) == (100 * MB, 100 * MB)
    assert (told.cache_bytes, told.max_cache_bytes) == (240 * MB, 10_000 * MB)
    assert told.system_pressure == pytest.approx(0.1)
    vectors, analysis = told.caches
    assert (vectors.name, vectors.file_rss_bytes, vectors.readers, vectors.counts.hits) == ("vectors", 200 * MB, 1, 1)
    assert (analysis.resident_bytes, analysis.file_rss_bytes) == (40 * MB, 0)
    assert not told.watch.monitor_runs


def test_room_is_what_is_left_below_the_low_mark() -> None:
    """Warming goes no further."""
    world = World()
    assert world.manager.room_bytes() == 600 * MB
    world.cache("pdg", 450 * MB)
    assert world.manager.room_bytes() == 150 * MB
    world.meter.host_bytes = 400 * MB
    assert world.manager.room_bytes() == 0


def test_chores_run_at_each_look_and_their_failures_do_not_matter() -> None:
    """The access log is written by this thread, and may fail."""
    world = World()
    done: list[int] = []

    def failing() -> None:
        done.append(1)
        raise OSError(28, "full")

    world.manager.add_chore(failing)
    world.manager.add_chore(lambda: done.append(2))
    world.manager.look()
    assert done == [1, 2]


def test_the_monitor_acts_within_its_interval() -> None:
    """Pressure comes while nobody asks; the thread spills to the low mark, and rests when it is over."""
    world = World(check_interval_secs=0.05)
    manager = MemoryManager(world.config, world.meter, ledger=world.ledger)
    cache = PlayedCache(world.meter, "pdg", 400 * MB)
    manager.register(cache)
    manager.start()
    try:
        time.sleep(0.1)
        assert cache.held_bytes == 400 * MB
        world.meter.host_bytes = 500 * MB
        deadline_s = time.monotonic() + 5
        while cache.held_bytes != 200 * MB:
            assert time.monotonic() < deadline_s
            time.sleep(0.005)
        looks = manager.statistics().watch.looks
        while manager.statistics().watch.looks < looks + 3:
            assert time.monotonic() < deadline_s
            time.sleep(0.005)
        assert cache.held_bytes == 200 * MB
    finally:
        manager.stop()


def test_readers_spills_and_reservations_of_many_threads_end() -> None:
    """Nobody waits for ever, nobody reads what is being taken away, and the book is empty in the end."""
    world = World()
    caches = [world.cache(f"cache{number}", 200 * MB, path="/segment" if number else "") for number in range(3)]
    wrong: list[object] = []

    def work(seed: int) -> None:
        random = Random(seed)
        for _ in range(60):
            name = random.randrange(3)
            step = random.random()
            if step < 0.6:
                with world.manager.use(f"cache{name}"):
                    before = caches[name].held_bytes
                    if step < 0.15:
                        with suppress(BudgetExceededError), world.manager.reserve(300 * MB, f"work{seed}", timeout_s=0.05):
                            pass
                    if caches[name].held_bytes < before:
                        wrong.append((name, before, caches[name].held_bytes))
            elif step < 0.8:
                world.manager.spill(f"cache{name}")
            else:
                world.manager.check_and_spill()

    threads = [in_thread(lambda seed=seed: work(seed)) for seed in range(6)]  # type: ignore[misc]
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert wrong == []
    assert world.manager.statistics().reserved_bytes == 0
    assert all(cache.readers == 0 for cache in world.manager.statistics().caches)
