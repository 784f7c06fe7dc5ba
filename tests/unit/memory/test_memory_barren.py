"""Memory is short and nothing more comes free: no spill is told, nobody is asked again in vain, and that is told once."""

import os
import threading
from contextlib import suppress

from memory_fixture import MB, Clock, PlayedCache, PlayedMeter

from lepasserelle.errors import BudgetExceededError
from lepasserelle.memory import EventKind, MemoryConfig, MemoryManager, Outcome
from lepasserelle.memory.entries import BARREN_GROWTH
from lepasserelle.memory.protocol import GoOn, always
from lepasserelle.memory.reservations import Ledger
from lepasserelle.memory.returns import ReturnRules
from lepasserelle.memory.spiller import TRIM_BYTES

KB = 1_000


class OwnMeter(PlayedMeter):
    """Plays this process, so that the monitor's exact looks measure what a spill gave back."""

    def tree(self, pid: int | None = None) -> list[int]:
        """Without children."""
        return [os.getpid()]


class Answers(PlayedCache):
    """What it lets go of stays in the heap of the process, as a few answers do; `frees` True: it goes to the system."""

    frees = False

    def __init__(self, meter: PlayedMeter, size_bytes: int) -> None:
        super().__init__(meter, "analysis", size_bytes)
        self.meter = meter
        self.asked = 0

    def spill(self, target_bytes: int, go_on: GoOn = always) -> int:
        """Moves as told; counts."""
        self.asked += 1
        moved_bytes = super().spill(target_bytes, go_on)
        self.meter.host_bytes += 0 if self.frees else moved_bytes
        return moved_bytes

    def grow(self, held_bytes: int) -> None:
        """Questions left answers, in pages that the heap had."""
        self.meter.host_bytes -= held_bytes - self.held_bytes
        self.held_bytes = held_bytes


class World:
    """Limit 1000 MB, of which the program itself holds 900: above the high mark of 850, whatever the caches do."""

    def __init__(self, host_bytes: int = 900 * MB) -> None:
        self.meter, self.clock = OwnMeter(host_bytes), Clock()
        config = MemoryConfig(memory_limit_bytes=1000 * MB, max_cache_bytes=10_000 * MB, allocation_unit_bytes=MB)
        rules = ReturnRules(residency_s=60.0)
        self.manager = MemoryManager(config, self.meter, ledger=Ledger(), rules=rules, clock=self.clock)

    def answers(self, size_bytes: int) -> Answers:
        """Registered as the product's are."""
        cache = Answers(self.meter, size_bytes)
        self.manager.register(cache, exclusive=False)
        return cache

    def segments(self, size_bytes: int) -> PlayedCache:
        """Pages of a file."""
        cache = PlayedCache(self.meter, "vectors", size_bytes, path="/segment")
        self.manager.register(cache)
        return cache

    def looks(self, count: int, every_s: float = 1.0) -> None:
        """The monitor's, with time between them."""
        for _ in range(count):
            self.clock.now_s += every_s
            self.manager.look()

    def told(self) -> list[EventKind]:
        """What was told, in order."""
        return [event.kind for event in self.manager.events.last()]


def test_a_spill_that_frees_nothing_is_none() -> None:
    """Neither told nor counted, and the check says that nothing went; what moved counts apart."""
    world = World()
    answers = world.answers(12 * KB)
    assert world.manager.check_and_spill() is False
    assert (answers.asked, answers.held_bytes) == (1, 0)
    assert EventKind.SPILL not in world.told()
    counts = world.manager.statistics().caches[0].counts
    assert (counts.spills, counts.barren, counts.given_back_bytes) == (0, 1, 0)


def test_pages_that_a_question_brought_back_meanwhile_had_gone() -> None:
    """While their spill is measured, all of them: a spill, no rest, no standstill, and they go at the next look."""
    world = World(host_bytes=700 * MB)
    segments = world.segments(900 * KB)
    world.meter.host_bytes = 900 * MB
    spill = segments.spill

    def comes_back(target_bytes: int, go_on: GoOn = always) -> int:
        moved_bytes = spill(target_bytes, go_on)
        segments.held_bytes = segments.size_bytes
        return moved_bytes

    segments.spill = comes_back  # type: ignore[method-assign]
    for seen in range(1, 4):
        world.looks(1)
        assert world.told().count(EventKind.SPILL) == seen
    assert world.manager.statistics().caches[0].counts.barren == 0


def test_what_a_person_spills_is_told_whatever_it_freed() -> None:
    """It went to the store, as was asked."""
    world = World(host_bytes=100 * MB)
    world.answers(12 * KB)
    report = world.manager.spill("analysis")
    assert (report.outcome, report.moved_bytes, report.given_back_bytes) == (Outcome.SPILLED, 12 * KB, 0)
    assert world.told() == [EventKind.SPILL]


def test_what_gave_nothing_is_asked_again_when_it_has_grown() -> None:
    """Not each second: when it holds twice as much as was in vain, and twice that the next time; at once when it gave something."""
    world = World()
    answers = world.answers(12 * KB)
    world.looks(1)
    for held_bytes, asked in ((12 * KB, 1), (23 * KB, 1), (12 * KB * BARREN_GROWTH, 2), (40 * KB, 2), (48 * KB, 3)):
        answers.grow(held_bytes)
        world.looks(5)
        assert answers.asked == asked, held_bytes
    answers.frees = True
    answers.grow(500 * KB)
    world.looks(1)
    answers.grow(1 * KB)
    world.looks(6)  # it rests for a while, since what came free is far too little
    assert answers.asked == 5
    assert world.told().count(EventKind.SPILL) == 2


def test_what_is_large_is_asked_again_although_it_seemed_to_free_nothing() -> None:
    """A program that took as much in the same moment hides what came free."""
    world = World()
    answers = world.answers(TRIM_BYTES)
    world.looks(1)
    answers.grow(1 * KB)
    world.looks(1)
    assert answers.asked == 2


def test_a_claim_asks_what_gave_the_monitor_nothing() -> None:
    """A question that needs room has a cause of its own."""
    world = World(host_bytes=948 * MB)
    answers = world.answers(12 * KB)
    world.looks(2)
    answers.grow(12 * KB)
    world.looks(2)
    assert answers.asked == 1
    try:
        with world.manager.reserve(2 * MB, "search", timeout_s=0):
            raise AssertionError("granted")
    except BudgetExceededError:
        assert answers.asked == 2


def test_a_claim_does_not_ask_for_what_it_is_about_to_read() -> None:
    """It could never have it: no event says each time that it is in use. Another thread's claim does ask."""
    world = World(host_bytes=900 * MB)
    cache = PlayedCache(world.meter, "pdg", 40 * MB)
    world.manager.register(cache)

    def asks() -> None:
        with suppress(BudgetExceededError), world.manager.reserve(30 * MB, "search", timeout_s=0):
            raise AssertionError("granted")

    with world.manager.use("pdg"):
        asks()
        assert world.told() == [EventKind.REFUSED]
        other = threading.Thread(target=asks)
        other.start()
        other.join()
    assert EventKind.PINNED in world.told()
    with world.manager.reserve(30 * MB, "search", timeout_s=0):
        assert cache.held_bytes < 40 * MB


def test_what_can_go_goes_beside_what_gives_nothing() -> None:
    """Answers in vain, then the pages that there are: one round, one spill, and no standstill."""
    world = World(host_bytes=600 * MB)
    answers, segments = world.answers(12 * KB), world.segments(300 * MB)
    answers.reload_ms, segments.reload_ms = 0.01, 10_000.0  # so that they go in this order
    world.looks(1)
    assert answers.held_bytes == 0
    assert segments.held_bytes <= 100 * MB
    assert world.told() == [EventKind.SPILL]
    assert world.manager.statistics().watch.standstill == ""


def test_nothing_left_is_told_once_and_its_end_once() -> None:
    """In the events, and as long as it lasts in the statistics; the monitor goes on looking."""
    world = World()
    world.answers(12 * KB)
    world.looks(20)
    assert world.told() == [EventKind.EXHAUSTED]
    assert world.manager.events.last()[0].size_bytes == 200 * MB + 12 * KB
    assert world.manager.statistics().watch.standstill == EventKind.EXHAUSTED.value
    world.meter.host_bytes = 500 * MB
    world.looks(20)
    assert world.told() == [EventKind.EXHAUSTED, EventKind.EASED]
    assert world.manager.statistics().watch.standstill == ""
    world.meter.host_bytes = 900 * MB
    world.looks(20)
    assert world.told() == [EventKind.EXHAUSTED, EventKind.EASED, EventKind.EXHAUSTED]


def test_usage_about_the_mark_with_empty_caches_is_one_standstill() -> None:
    """It ends halfway down to the low mark, so that a few megabytes more or less do not begin it anew."""
    world = World()
    world.answers(12 * KB)
    for host_bytes in (900, 840, 860, 800, 870, 780):
        world.meter.host_bytes = host_bytes * MB
        world.looks(3)
    assert world.told() == [EventKind.EXHAUSTED]
    world.meter.host_bytes = 770 * MB
    world.looks(1)
    assert world.told() == [EventKind.EXHAUSTED, EventKind.EASED]


def test_steady_questions_above_the_mark_walk_no_page_tables_in_vain() -> None:
    """Answers come in and give nothing, the search index came back a moment ago: told once, and looked at exactly again when one of
    them could go. Then it goes at once, whatever was in vain before.
    """
    world = World(host_bytes=800 * MB)
    segments, answers = world.segments(100 * MB), world.answers(12 * KB)
    world.manager.spill("vectors")
    with world.manager.use("vectors"):
        pass
    segments.held_bytes = segments.size_bytes
    world.looks(1)
    walks = world.meter.walks
    for number in range(50):
        answers.grow(12 * KB + number)
        world.looks(1)
    assert world.meter.walks == walks
    assert world.told() == [EventKind.SPILL, EventKind.RELOAD, EventKind.TOO_YOUNG]
    assert world.manager.statistics().watch.standstill == EventKind.TOO_YOUNG.value
    world.looks(10)
    assert segments.held_bytes == 0
    assert world.told()[3:] == [EventKind.SPILL]


def test_what_comes_of_age_within_a_rest_goes() -> None:
    """Answers freed far too little, so the monitor rests; the search index, which was spared, is no reason to."""
    world = World(host_bytes=800 * MB)
    segments, answers = world.segments(100 * MB), world.answers(MB)
    answers.frees = True
    world.manager.spill("vectors")
    with world.manager.use("vectors"):
        pass
    segments.held_bytes = segments.size_bytes
    for _ in range(58):
        answers.held_bytes = MB
        world.looks(1)
    assert world.told().count(EventKind.FUTILE) == 1
    assert segments.held_bytes == segments.size_bytes
    world.looks(3)
    assert segments.held_bytes == 0


def test_a_new_reason_is_told_by_the_statistics_and_is_no_new_standstill() -> None:
    """First it came back too lately, then it is read all the time."""
    world = World(host_bytes=880 * MB)
    segments = world.segments(20 * MB)
    world.manager.spill("vectors")
    with world.manager.use("vectors"):
        segments.held_bytes = segments.size_bytes
        world.looks(3)
        assert world.manager.statistics().watch.standstill == EventKind.TOO_YOUNG.value
        world.clock.now_s += 60
        assert not world.manager.check_and_spill()
        assert world.manager.statistics().watch.standstill == EventKind.STUCK.value
    told = [kind for kind in world.told() if kind in {EventKind.TOO_YOUNG, EventKind.STUCK, EventKind.EXHAUSTED}]
    assert told == [EventKind.TOO_YOUNG]
