"""Spilling in the background: bounded steps, readers first, ahead of whoever would have to wait."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_fixture import MB, Clock, PlayedCache, PlayedMeter

from lepasserelle.memory import AnalysisCache, EventKind, MemoryConfig, MemoryManager
from lepasserelle.memory.codecs import RAW
from lepasserelle.memory.monitor import pause_s
from lepasserelle.memory.pacing import LONGEST_REST_S, LULLS_S, NUDGES_S, RESTS, Rest
from lepasserelle.memory.pins import Pins
from lepasserelle.memory.protocol import GoOn, always
from lepasserelle.memory.reservations import Ledger
from lepasserelle.memory.rounds import PATIENCE
from lepasserelle.memory.spiller import TRIM_BYTES
from lepasserelle.memory.waking import Wake, Waker

WAIT_S = 20.0


class SteppedCache(PlayedCache):
    """Lets go in steps of a megabyte and does `between` after each; knows which thread spills it."""

    def __init__(self, meter: PlayedMeter, name: str, size_bytes: int, path: str = "/segment") -> None:
        super().__init__(meter, name, size_bytes, path=path)
        self.step_bytes = MB
        self.between: Callable[[], object] = lambda: None
        self.spilled_by: list[str] = []

    def spill(self, target_bytes: int, go_on: GoOn = always) -> int:
        """Steps with something between them."""

        def asked() -> bool:
            self.between()
            return go_on()

        self.spilled_by.append(threading.current_thread().name)
        return super().spill(target_bytes, asked)


@contextmanager
def world(*, running: bool = False, **more: object) -> Iterator[tuple[MemoryManager, PlayedMeter, SteppedCache, Clock]]:
    """A manager under a limit of 1000 MB with one cache of 800 MB of pages; without its monitor unless `running`."""
    meter, clock = PlayedMeter(), Clock()
    given_settings = {"memory_limit_bytes": 1000 * MB, "max_cache_bytes": 10_000 * MB, "allocation_unit_bytes": MB} | more
    config = MemoryConfig(**given_settings)  # type: ignore[arg-type]
    manager = MemoryManager(config, meter, ledger=Ledger(), clock=clock, make_waker=lambda: Waker(None))
    cache = SteppedCache(meter, "pdg", 800 * MB)
    manager.register(cache)
    if running:
        manager.start()
    try:
        yield manager, meter, cache, clock
    finally:
        manager.stop()


def until(condition: Callable[[], bool]) -> None:
    """Wait for it, not without bound."""
    deadline_s = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.001)


def test_a_reader_that_comes_during_a_step_gets_the_cache_at_the_next_one() -> None:
    """The spill ends there, with what went so far measured and said; the next look spills the rest."""
    with world() as (manager, _, cache, clock):
        pins, read = manager._entries["pdg"].pins, threading.Event()

        def reader() -> None:
            with manager.use("pdg"):
                read.set()

        def comes() -> None:
            if cache.held_bytes == 790 * MB and not pins.is_wanted:
                threading.Thread(target=reader, daemon=True).start()
                until(lambda: pins.is_wanted)

        cache.between = comes
        manager.look()
        assert read.wait(WAIT_S)
        (event,) = [event for event in manager.events.last() if event.kind is EventKind.GAVE_WAY]
        assert event.size_bytes == 10 * MB
        assert EventKind.SPILL not in {event.kind for event in manager.events.last()}
        assert manager.statistics().caches[0].counts.gave_way == 1
        until(lambda: not pins.count)
        cache.between = lambda: None
        clock.now_s += 60
        manager.look()
        assert cache.held_bytes == 600 * MB


def test_a_spill_that_waits_for_readers_lets_others_in() -> None:
    """A long question is going on: a second one does not wait for a spill that waits for the first."""
    pins, second = Pins(), threading.Event()
    with ExitStack() as reading:
        reading.enter_context(pins.hold())
        got: list[bool] = []

        def spill() -> None:
            with pins.alone(0.3, gives_way=True) as is_alone:
                got.append(is_alone)

        def read() -> None:
            with pins.hold():
                second.set()

        spilling = threading.Thread(target=spill)
        spilling.start()
        time.sleep(0.02)
        threading.Thread(target=read).start()
        assert second.wait(0.25), "it waited for the spill"
        spilling.join()
        assert got == [False]


def test_readers_without_a_gap_are_made_to_wait_in_the_end() -> None:
    """Kept from it so many times in a row, the monitor's spill is one like others, and is done."""
    with world() as (manager, _, cache, clock):
        manager._spiller._wait_s = 0.2
        ends = threading.Event()
        turn = threading.Barrier(2)

        def overlapping() -> None:
            turn.wait()
            while not ends.is_set():
                with manager._entries["pdg"].pins.hold():
                    turn_taken.set()
                    other.wait(0.02)

        turn_taken, other = threading.Event(), threading.Event()
        threads = [threading.Thread(target=overlapping, daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        assert turn_taken.wait(WAIT_S)
        try:
            for _ in range(40):
                clock.now_s += 60
                manager.look()
                if cache.held_bytes < 800 * MB:
                    break
        finally:
            ends.set()
            for thread in threads:
                thread.join()
        assert cache.held_bytes == 600 * MB
        assert manager.statistics().caches[0].counts.pinned <= 40 - PATIENCE


def test_who_is_granted_above_the_high_mark_does_not_spill_but_the_monitor_does() -> None:
    """The claim is granted at once and its own thread spills nothing; the monitor is called and spills ahead of the hard mark."""
    with world(running=True, check_interval_secs=3600) as (manager, meter, cache, _):
        manager._monitor.wakes.clear()
        manager._monitor.wakes.update(dict.fromkeys(Wake, 0))
        meter.host_bytes = 860 * MB
        cache.held_bytes = 50 * MB
        with manager.reserve(20 * MB, "a question"):
            until(lambda: cache.held_bytes == 0)
        assert cache.spilled_by == ["leindex-memory"]
        assert manager._monitor.wakes[Wake.NUDGED] == 1


def test_the_monitor_is_called_once_in_a_while() -> None:
    """Hundreds of claims above the high mark are one look, not hundreds."""
    with world() as (manager, meter, _, clock):
        called: list[float] = []
        manager._monitor.nudge = lambda: called.append(clock.now_s)  # type: ignore[method-assign]
        meter.host_bytes = 870 * MB
        for _ in range(100):
            with manager.reserve(1, "a question"):
                pass
        assert len(called) == 1
        clock.now_s += NUDGES_S
        with manager.reserve(2 * MB, "a question"):
            pass
        assert len(called) == 2


@pytest.mark.parametrize("file", [None, "/proc/pressure/memory"])
def test_a_nudge_wakes_once_and_a_call_for_good(file: str | None) -> None:
    """With the kernel's trigger and without."""
    waker = Waker(file)
    waker.watch()
    waker.nudge()
    waker.nudge()
    assert waker.sleep(60.0) is Wake.NUDGED
    assert waker.sleep(0.01) in {Wake.TIME, Wake.STALL}
    threading.Timer(0.02, waker.nudge).start()
    assert waker.sleep(60.0) in {Wake.NUDGED, Wake.STALL}
    waker.call()
    waker.nudge()
    assert waker.sleep(60.0) is Wake.CALLED
    assert waker.sleep(60.0) is Wake.CALLED
    waker.close()
    waker.nudge()


@given(st.floats(0, 0.84), st.floats(0.0001, 10), st.floats(0.05, 3600))
def test_what_rises_is_looked_at_before_it_reaches_the_high_mark(share: float, rising: float, interval_s: float) -> None:
    """Costless looks: there is one at half of the way at the latest."""
    pause = pause_s(share, 0.70, 0.85, interval_s, 0.0, rising)
    assert share + rising * pause <= (share + 0.85) / 2 + 1e-9
    assert pause <= pause_s(share, 0.70, 0.85, interval_s, 0.0)


def test_a_look_follows_usage_that_rises() -> None:
    """Two looks know how fast; the third comes in time, though usage is far below the marks."""
    with world(check_interval_secs=1000) as (manager, meter, cache, clock):
        cache.held_bytes, meter.host_bytes = 0, 100 * MB
        assert manager.look() == 1000
        clock.now_s += 10
        meter.host_bytes = 400 * MB
        assert manager.look() <= (0.85 - 0.4) / 0.03


def test_a_question_that_needs_room_waits_for_one_entry_and_not_for_the_whole_spill() -> None:
    """Answers leave one by one: while the second is written, one that wants to be kept gets its turn before the last."""
    written: list[bytes] = []
    slow = threading.Event()

    class Store:
        def get(self, kind: str, key: bytes, epoch: int) -> bytes | None:
            return None

        def put(self, kind: str, key: bytes, epoch: int, payload: bytes) -> None:
            written.append(key)
            slow.set()
            time.sleep(0.005)

        def discard(self, kind: str, key: bytes, epoch: int) -> bool:
            return False

    cache = AnalysisCache(200_000, Store())
    raw = cache.register("raw", RAW)
    for number in range(100):
        cache.put(raw, b"%d" % number, 1, bytes(1000))
    spilling = threading.Thread(target=lambda: cache.spill(10**9, lambda: not time.sleep(0.0005)))
    spilling.start()
    assert slow.wait(WAIT_S)
    with cache._leaving:
        seen = len(written)
    assert seen < 50
    assert cache.get(raw, b"99", 1) is not None, "what has not gone yet is found"
    spilling.join()
    assert len(written) == 100
    assert cache.resident_bytes() == 0


def test_giving_pages_back_ends_at_a_step(tmp_path: Path) -> None:
    """Asked before each of four megabytes; what went is what was measured."""
    import mmap

    from lepasserelle.memory import pages

    path = tmp_path / "file"
    path.write_bytes(bytes(4 * pages.STEP_BYTES))
    with path.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    pages.populate(mapped)
    if pages.resident_bytes(mapped) is None:
        pytest.skip("the system does not tell")
    answers = iter([True, True, False])
    assert pages.give_back(mapped, go_on=lambda: next(answers)) == 2 * pages.STEP_BYTES
    assert pages.resident_bytes(mapped) == 2 * pages.STEP_BYTES
    mapped.close()


def test_a_question_without_room_walks_no_page_table() -> None:
    """What would not fit if nothing were mapped comes page by page at once: an exact look takes longer than the reload."""
    with world(max_cache_bytes=700 * MB) as (manager, meter, cache, _):
        cache.held_bytes = 0
        walks = meter.walks
        with manager.use("pdg"):
            assert cache.reloads == [False]
        assert meter.walks == walks


def test_a_question_looks_exactly_where_mapped_pages_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cheap look takes other files' pages for ours; what fits all the same comes whole."""
    with world() as (manager, meter, cache, _):
        cache.held_bytes, cache.size_bytes, walks = 0, 600 * MB, meter.walks
        real = meter.quick_split
        monkeypatch.setattr(meter, "quick_split", lambda pid=None: (100 * MB, (real(pid) or (0, 0))[1] + 700 * MB))
        with manager.use("pdg"):
            assert cache.reloads == [True]
        assert meter.walks == walks + 1


def test_one_walk_of_page_tables_serves_two_spills() -> None:
    """What one spill left is what the next begins with: a round walks once before it and once after each cache."""
    with world(max_cache_bytes=10 * MB) as (manager, meter, cache, clock):
        other = SteppedCache(meter, "vectors", 500 * MB, path="/other")
        manager.register(other)
        cache.unit_bytes = other.unit_bytes = 800 * MB
        clock.now_s += 60.0
        walks = meter.walks
        manager.look()
        assert (cache.held_bytes, other.held_bytes) == (0, 0)
        assert meter.walks == walks + 1 + 2
        spilled = {event.what: event.size_bytes for event in manager.events.last() if event.kind is EventKind.SPILL}
        assert spilled == {"pdg": 800 * MB, "vectors": 500 * MB}


@pytest.mark.parametrize(("path", "size_bytes", "trims"), [("/segment", 800 * MB, 0), ("", 700 * MB, 2), ("", TRIM_BYTES // 2, 0)])
def test_the_monitor_trims_the_heap_only_for_heap(monkeypatch: pytest.MonkeyPatch, path: str, size_bytes: int, trims: int) -> None:
    """Questions fault trimmed pages in again one by one; a person's spill trims in any case."""
    seen: list[None] = []
    monkeypatch.setattr("lepasserelle.memory.pages.trim_heap", lambda: seen.append(None))
    with world(max_cache_bytes=max(1, size_bytes // 2)) as (manager, meter, _, clock):
        manager.unregister("pdg")
        cache = SteppedCache(meter, "other", size_bytes, path=path)
        cache.unit_bytes = size_bytes
        manager.register(cache)
        clock.now_s += 60.0
        manager.look()
        assert cache.held_bytes == 0
        assert len(seen) == trims
        cache.held_bytes = size_bytes
        manager.spill("other")
        assert len(seen) == trims + 2


@given(st.lists(st.floats(0.0, 1.0), max_size=20))
def test_what_gives_way_rests_in_proportion_to_its_work(spans: list[float]) -> None:
    """Three times as long as it worked since the rest before, and no longer than is bounded."""
    clock, slept = Clock(), []
    rest = Rest(clock=clock, sleep=slept.append)
    for span in spans:
        clock.now_s += span
        rest.take()
    assert slept == pytest.approx([min(LONGEST_REST_S, span * RESTS) for span in spans], abs=1e-6)


@given(st.lists(st.floats(0.0, 0.1), max_size=20))
def test_what_gives_way_waits_for_lulls_within_its_patience(waits: list[float]) -> None:
    """Questions that leave no gap put a round off by so much altogether, by no more than a rest at once; then nobody is asked."""
    asked: list[float] = []
    left = iter(waits)

    def lull(most_s: float) -> float:
        asked.append(most_s)
        return min(most_s, next(left, most_s))

    rest = Rest(lull, clock=lambda: 0.0, sleep=lambda _: None)
    for _ in range(40):
        rest.take()
    assert all(0.0 < most_s <= LONGEST_REST_S for most_s in asked)
    took = [min(most_s, wait_s) for most_s, wait_s in zip(asked, [*waits, *([1.0] * 40)], strict=False)]
    assert sum(took) == pytest.approx(LULLS_S)


class Question:
    """A thread that reads a cache until it is told to end."""

    def __init__(self, manager: MemoryManager, name: str) -> None:
        self._manager, self._name = manager, name
        self._reads, self._ends = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self) -> None:
        """Until it reads."""
        self._thread.start()
        assert self._reads.wait(WAIT_S)

    def end(self) -> None:
        """Until it is over."""
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        with self._manager.use(self._name):
            self._reads.set()
            self._ends.wait(WAIT_S)


def test_the_monitor_measures_when_a_question_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first walk of page tables waits for the question, not only the spill: both would share a processor as often as not."""
    monkeypatch.setattr("lepasserelle.memory.pacing.LONGEST_REST_S", WAIT_S)
    monkeypatch.setattr("lepasserelle.memory.pacing.LULLS_S", WAIT_S)
    with world() as (manager, meter, cache, clock):
        question, walks, pins = Question(manager, "pdg"), meter.walks, manager._entries["pdg"].pins
        waits, wait_free = threading.Event(), pins.wait_free
        monkeypatch.setattr(pins, "wait_free", lambda wait_s: (waits.set(), wait_free(wait_s))[1])
        question.begin()
        clock.now_s += 60.0
        looking = threading.Thread(target=manager.look)
        looking.start()
        assert waits.wait(WAIT_S)
        assert meter.walks == walks
        question.end()
        looking.join()
        assert meter.walks > walks
        assert cache.held_bytes == 600 * MB
        waits.clear()
        manager._rounds._lull(WAIT_S)
        assert not waits.is_set(), "nobody reads: nothing to wait for"


def test_nobody_waits_for_a_lull_while_a_claim_waits_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim may be the very question's, which ends only when it has its room."""
    monkeypatch.setattr("lepasserelle.memory.rounds._OTHERS_S", WAIT_S)
    with world() as (manager, _, _, _):
        question = Question(manager, "pdg")
        question.begin()
        with manager._rounds.acting:
            claiming = threading.Thread(target=lambda: manager._rounds.make_room(1, "search"))
            claiming.start()
            until(lambda: manager._rounds._claims == 1)
            assert manager._rounds._lull(WAIT_S) < WAIT_S
        claiming.join()
        assert manager._rounds._claims == 0
        question.end()


@contextmanager
def two_of_which_one_is_enough(*, comes_back: bool) -> Iterator[tuple[MemoryManager, SteppedCache, SteppedCache]]:
    """A graph of 800 MB, a search index of 500, 1000 allowed. `comes_back`: the graph is there again when its spill is measured."""
    with world(max_cache_bytes=1_000 * MB, memory_limit_bytes=10_000 * MB) as (manager, meter, cache, clock):
        other = SteppedCache(meter, "vectors", 500 * MB, path="/other")
        manager.register(other)
        cache.unit_bytes, other.unit_bytes = 800 * MB, 500 * MB
        clock.now_s += 60.0
        if comes_back:
            cache.between = lambda: setattr(meter, "next_walk", lambda: setattr(cache, "held_bytes", 800 * MB))
        yield manager, cache, other


@pytest.mark.parametrize("comes_back", [True, False])
def test_what_a_question_brought_back_meanwhile_takes_no_other_cache_along(comes_back: bool) -> None:
    """The round let go of enough. That a question had it back before it was measured is no reason to take what else it reads."""
    with two_of_which_one_is_enough(comes_back=comes_back) as (manager, cache, other):
        manager.look()
        assert cache.held_bytes == (800 * MB if comes_back else 0)
        assert other.held_bytes == 500 * MB
        assert [event.what for event in manager.events.last() if event.kind is EventKind.SPILL] == ["pdg"]


def test_whoever_asks_for_the_mark_gets_it_whatever_came_back() -> None:
    """`check_and_spill` goes on to the low mark: it is asked for once, and no look follows."""
    with two_of_which_one_is_enough(comes_back=True) as (manager, _, other):
        manager.check_and_spill()
        assert other.held_bytes == 0


def read_all(manager: MemoryManager, cache: PlayedCache) -> None:
    """A question that touches every page."""
    with manager.use("pdg"):
        cache.held_bytes = cache.size_bytes


def test_what_a_question_read_in_above_the_bound_is_looked_at_when_it_ends() -> None:
    """Pages come as they are read, after the look at their coming back; and again at each question, with hours between looks."""
    with world(running=True, max_cache_bytes=300 * MB, check_interval_secs=36_000) as (manager, _, cache, clock):
        manager.spill("pdg")
        for _ in range(3):
            clock.now_s += NUDGES_S
            read_all(manager, cache)
            until(lambda: cache.held_bytes <= 300 * MB)
        assert len(cache.spilled_by) == 4
        assert set(cache.spilled_by[1:]) == {"leindex-memory"}


def test_who_reads_while_no_look_is_due_is_looked_after_by_the_next_one() -> None:
    """Between looks there is a moment at most while questions go on; when they have ended, the whole interval again."""
    with world(max_cache_bytes=300 * MB, check_interval_secs=36_000) as (manager, _, cache, clock):
        called: list[int] = []
        manager._monitor.nudge = lambda: called.append(cache.held_bytes)  # type: ignore[method-assign]
        manager.spill("pdg")
        for _ in range(20):
            clock.now_s += NUDGES_S / 10
            read_all(manager, cache)
        assert len(called) in {2, 3}
        assert set(called) == {cache.size_bytes}, "a look before anything was read sees nothing"
        assert manager.look() <= NUDGES_S
        assert cache.held_bytes <= 300 * MB
        clock.now_s += 3 * NUDGES_S
        assert manager.look() == 36_000


def test_nobody_looks_at_questions_that_cannot_pass_the_bound() -> None:
    """Reading what is there costs no look."""
    with world(max_cache_bytes=2000 * MB, memory_limit_bytes=10_000 * MB) as (manager, _, cache, clock):
        called: list[float] = []
        manager._monitor.nudge = lambda: called.append(clock.now_s)  # type: ignore[method-assign]
        manager.spill("pdg")
        for _ in range(20):
            clock.now_s += NUDGES_S
            read_all(manager, cache)
        assert called == []


def test_growth_of_a_quarter_of_a_unit_since_the_last_look_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of whatever kind it is; what the system cannot tell has not grown."""
    held: list[tuple[int, int] | None] = [(100 * MB, 20 * MB)]
    with world(check_interval_secs=1000) as (manager, meter, _, _):
        monkeypatch.setattr(meter, "quick_split", lambda pid=None: held[0])
        manager.look()
        for grown_bytes, is_told in ((0, False), (MB // 4, False), (MB // 4 + 1, True)):
            for split in ((100 * MB + grown_bytes, 20 * MB), (100 * MB, 20 * MB + grown_bytes)):
                held[0] = split
                assert manager.has_grown() is is_told
        manager.look()
        assert not manager.has_grown()
        held[0] = None
        assert not manager.has_grown()
