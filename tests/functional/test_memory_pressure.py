"""Pressure on a real index with a played meter: spilling begins at the high mark, ends at the low one, does not swing.

What the program itself holds is played; what the index holds is read from the system. So marks lie where a test wants them.
"""

import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig, WarmStrategy
from lepasserelle.faces.cli.memory_text import statistics_lines
from lepasserelle.faces.control import own
from lepasserelle.leindex import keeper
from lepasserelle.leindex.service import Service
from lepasserelle.memory import EventKind, MappedBytes, MemoryManager, Meter
from lepasserelle.memory.cgroups import CgroupMemory
from lepasserelle.memory.meter import ProcessLimit, Stall, SystemMemory
from lepasserelle.memory.pacing import Pause, at_once
from lepasserelle.memory.reservations import Ledger
from lepasserelle.model import MemoryRequest

LIMIT_BYTES = 32_000_000
LOW, HIGH, HARD = 0.84, 0.85, 0.99
GAP_BYTES = int(LIMIT_BYTES * (HIGH - LOW))

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mappings are told by Linux")


class HostMeter(Meter):
    """The process holds `host_bytes` of its own and nothing else; the machine has plenty; pages of files are real."""

    def __init__(self) -> None:
        super().__init__()
        self.host_bytes = 0
        self.exact = 0

    def tree(self, pid: int | None = None) -> list[int]:
        """One process."""
        return [1]

    def anonymous_bytes(self, pid: int | None = None) -> int | None:
        """As played; counted, since only an exact look asks."""
        self.exact += 1
        return self.host_bytes

    def mapped_bytes(self, paths: Iterable[str | os.PathLike[str]]) -> Mapping[str, MappedBytes] | None:
        """All that is resident: what other processes map of the encoder's table would come and go between two readings."""
        found = super().mapped_bytes(paths)
        return None if found is None else {path: MappedBytes(held.rss_bytes, held.rss_bytes) for path, held in found.items()}

    def own_bytes(
        self, paths: Iterable[str | os.PathLike[str]], pause: Pause = at_once
    ) -> tuple[Mapping[str, MappedBytes] | None, int | None]:
        """The real pages of files, and the rest as played."""
        return self.mapped_bytes(paths), self.anonymous_bytes()

    def quick_split(self, pid: int | None = None) -> tuple[int, int] | None:
        """As played, with the real pages of files."""
        split = super().quick_split()
        return self.host_bytes, 0 if split is None else split[1]

    def system(self) -> SystemMemory | None:
        """Not short."""
        return SystemMemory(1 << 40, 1 << 39)

    def cgroups(self, *, cheap: bool = False) -> tuple[CgroupMemory, ...]:
        """None."""
        return ()

    def data_limit(self) -> ProcessLimit | None:
        """None."""
        return None

    def stall(self) -> Stall | None:
        """None."""
        return None


class World:
    """An index whose host memory a test plays."""

    def __init__(self, project: Path, monkeypatch: pytest.MonkeyPatch, **more: object) -> None:
        self.meter, self.now_s = HostMeter(), 1000.0
        clock = (lambda: self.now_s) if not more.get("auto_spill") else time.monotonic

        def managed(config: MemoryConfig) -> MemoryManager:
            return MemoryManager(config, self.meter, ledger=Ledger(), clock=clock)

        monkeypatch.setattr(keeper, "MemoryManager", managed)
        settings = {"memory_limit_bytes": LIMIT_BYTES, "allocation_unit_bytes": 1 << 20, "auto_spill": False} | more
        config = MemoryConfig(low_threshold=LOW, spill_threshold=HIGH, hard_threshold=HARD, **settings)  # type: ignore[arg-type]
        self.leindex = LeIndex(project, config, stale_check_ms=0)
        self.manager = self.leindex.manager

    def usage_bytes(self) -> int:
        """As the manager sees it."""
        return self.manager.statistics().usage_bytes

    def states(self) -> list[str]:
        """Of graph and search index."""
        return [cache.state for cache in self.leindex.get_cache_stats().caches[:2]]

    def kinds(self) -> list[EventKind]:
        """What happened, in order."""
        return [event.kind for event in self.manager.events.last(200)]

    def held_bytes(self) -> int:
        """Pages of both caches when they are hot."""
        self.leindex.warm_caches(WarmStrategy.ALL)
        self.ask()
        return self.usage_bytes() - self.meter.host_bytes

    def ask(self) -> object:
        """Something that reads both."""
        return self.leindex.search("turn the wheel", 5), self.leindex.callers("connect3")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of some megabytes."""
    root = tmp_path_factory.mktemp("machine")
    for number in range(120):
        more = "".join(f"def step_{number}_{one}(wheel):\n    return connect{number}(wheel)\n\n" for one in range(20))
        text = f'''
        from part{max(0, number - 1)} import connect{max(0, number - 1)}

        class Part{number}:
            """Part number {number} of the machine, which turns wheels of size {number}."""

            def turn_wheel{number}(self, speed):
                """Turn the wheel at a speed and tell the neighbour."""
                return connect{max(0, number - 1)}(self), speed

        def connect{number}(part):
            """Connect a part of the machine to cable {number}."""
            return Part{number}().turn_wheel{number}(3)
        '''
        (root / f"part{number}.py").write_text(textwrap.dedent(text) + more, encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
    return root


@pytest.fixture
def world(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The index, opened anew, looked after by nobody but the test."""
    world = World(project, monkeypatch)
    with world.leindex:
        yield world


def wait_for(is_so: Callable[[], bool]) -> None:
    """For ten seconds at most."""
    deadline_s = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


def test_a_ramp_spills_at_the_high_mark_and_stops_at_the_low_one(world: World) -> None:
    """Host memory rises and falls step by step while questions go on; each spill begins above the one mark and ends below the
    other, or with nothing left; answers stay the same.
    """
    held = world.held_bytes()
    before = world.ask()
    assert held > 2 * GAP_BYTES, "one cache is enough to come from the high to the low mark"
    spilled = []
    steps = [*range(int(HIGH * LIMIT_BYTES) - 3 * held, int(HIGH * LIMIT_BYTES) + held, held // 5)]
    for host_bytes in [*steps, *reversed(steps)]:
        world.meter.host_bytes = host_bytes
        world.now_s += 400  # what came back may go again
        usage = world.usage_bytes()
        if world.leindex.check_memory_and_spill():
            spilled.append((usage, world.usage_bytes(), world.leindex.get_cache_stats().cache_bytes))
        elif world.leindex.get_cache_stats().cache_bytes:
            assert usage < HIGH * LIMIT_BYTES
        assert world.ask() == before
    assert spilled
    for above, below, left in spilled:
        assert above >= HIGH * LIMIT_BYTES
        assert below <= LOW * LIMIT_BYTES or left == 0
    assert any(left for _, _, left in spilled), "not everything goes when one cache is enough"


def test_pressure_that_stays_between_the_marks_does_nothing(world: World) -> None:
    """Fifty looks and questions: what is loaded stays, nothing is spilled."""
    held = world.held_bytes()
    world.meter.host_bytes = int((LOW + HIGH) / 2 * LIMIT_BYTES) - held
    spills = world.kinds().count(EventKind.SPILL)
    for _ in range(50):
        world.now_s += 30
        world.ask()
        assert world.leindex.check_memory_and_spill() is False
    assert world.kinds().count(EventKind.SPILL) == spills
    assert world.states() == ["hot", "hot"]


def test_pressure_at_the_high_mark_does_not_swing(world: World) -> None:
    """Questions bring back what every look would spill: they get their answers page by page, and spills become rare."""
    held = world.held_bytes()
    before = world.ask()
    world.meter.host_bytes = int(HIGH * LIMIT_BYTES) - held // 2
    spills = 0
    for _ in range(100):
        world.now_s += 2
        spills += world.leindex.check_memory_and_spill()
        assert world.ask() == before
    assert 1 <= spills <= 12, "of 100 looks that found too much"
    assert world.manager.statistics().bound_bytes <= HARD * LIMIT_BYTES


def test_a_meter_that_stays_high_with_empty_caches_does_not_loop(world: World) -> None:
    """Everything goes once, it is said once, and then looks are cheap and do nothing."""
    world.held_bytes()
    world.meter.host_bytes = 2 * LIMIT_BYTES
    world.now_s += 300
    assert world.leindex.check_memory_and_spill() is True
    assert world.leindex.get_cache_stats().cache_bytes == 0
    events = len(world.kinds())
    exact = world.meter.exact
    for _ in range(20):
        world.now_s += 30
        world.manager.look()
        assert world.leindex.manager.statistics().watch.active == frozenset()
    assert len(world.kinds()) == events
    assert world.meter.exact - exact == 20, "only the statistics of this test looked exactly"


def test_that_nothing_more_can_go_is_told_wherever_memory_is_told(world: World) -> None:
    """By the statistics, `leindex memory` and the tool of agents, as long as it lasts, and in no place after it."""

    def told() -> tuple[bool, bool, bool]:
        said = EventKind.FUTILE.value  # shop holds far less than is missing
        page = Service(world.leindex).answer(MemoryRequest()).text
        (line,) = [line for line in statistics_lines(own(world.leindex).statistics(0)) if line.startswith("  monitor ")]
        return world.manager.statistics().watch.standstill == said, said in line, said in page

    assert told() == (False, False, False)
    world.held_bytes()
    world.meter.host_bytes = 2 * LIMIT_BYTES
    world.now_s += 300
    assert world.leindex.check_memory_and_spill() is True
    assert told() == (True, True, True)
    assert world.kinds().count(EventKind.FUTILE) == 1
    world.meter.host_bytes = 0
    world.now_s += 1
    world.manager.look()
    assert told() == (False, False, False)
    assert world.kinds()[-1] is EventKind.EASED


@pytest.mark.parametrize("strategy", list(WarmStrategy))
def test_warming_never_passes_the_low_mark(world: World, strategy: WarmStrategy) -> None:
    """Whatever the room: from none to plenty, usage after warming is below the low mark or what it was before."""
    held = world.held_bytes()
    outcomes = set()
    for eighth in range(-2, 12):
        world.leindex.spill_all_caches()
        world.meter.host_bytes = int(LOW * LIMIT_BYTES) - held * eighth // 8
        before = world.usage_bytes()
        report = world.leindex.warm_caches(strategy)
        after = world.usage_bytes()
        assert after <= LOW * LIMIT_BYTES or after <= before
        outcomes |= {one.outcome.partition(":")[0] for one in report.caches}
    assert outcomes >= {"loaded", "left out"}


def test_the_monitor_acts_within_one_interval(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks and nobody checks: the look after the pressure came has spilled."""
    world = World(project, monkeypatch, auto_spill=True, check_interval_secs=0.05)
    with world.leindex as leindex:
        held = world.held_bytes()
        watch = world.manager.statistics().watch
        wait_for(lambda: world.manager.statistics().watch.looks > watch.looks)
        assert world.states() == ["hot", "hot"]
        world.manager._clock = lambda: time.monotonic() + 60  # minimum residency is over
        world.meter.host_bytes = int(LOW * LIMIT_BYTES) - held // 8
        looks = world.manager.statistics().watch.looks
        wait_for(lambda: world.manager.statistics().watch.looks >= looks + 2)
        assert world.usage_bytes() <= LOW * LIMIT_BYTES
        assert EventKind.SPILL in world.kinds()
        world.meter.host_bytes = 2 * LIMIT_BYTES
        wait_for(lambda: leindex.get_cache_stats().cache_bytes == 0)
        spills = world.kinds().count(EventKind.SPILL)
        looks = world.manager.statistics().watch.looks
        wait_for(lambda: world.manager.statistics().watch.looks >= looks + 5)
        assert world.kinds().count(EventKind.SPILL) == spills
