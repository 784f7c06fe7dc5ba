"""Limits and watermarks: what binds, where spilling begins and ends, and that it never chases what it cannot reach."""

from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.memory.cgroups import CgroupMemory
from lepasserelle.memory.config import MemoryConfig
from lepasserelle.memory.limits import DATA, MACHINE, USER, Limit, Reserved, least, limits, tightest
from lepasserelle.memory.meter import ProcessLimit, Stall, SystemMemory
from lepasserelle.memory.sampling import MemorySample
from lepasserelle.memory.watermarks import CACHES, STALLS, SYSTEM, Level, Marks, Readings, decide, level, room_bytes

MB = 1_000_000
MARKS = Marks(0.70, 0.85, 0.95)


def sample(held: int = 100 * MB, mapped: int = 0, **more: object) -> MemorySample:
    """A sample of a tree of one process."""
    return MemorySample(is_exact=True, held={1: held}, is_anonymous=True, mapped_bytes=mapped, files={}, **more)  # type: ignore[arg-type]


def readings(usage: int, limit: int = 1000 * MB, caches: int = 10_000 * MB, bound: int | None = None, **more: object) -> Readings:
    """One limit and its usage; the caches' own bound is out of the way."""
    one = Limit(USER, limit, usage if bound is None else bound, usage)
    return Readings((one,), caches, 1 << 50, **more)  # type: ignore[arg-type]


def test_the_least_limit_is_found_among_all() -> None:
    """What the user set, cgroups and the machine; `RLIMIT_DATA` stands apart, for it binds one process."""
    cgroups = (CgroupMemory("/a", 700 * MB, 300 * MB), CgroupMemory("/", 400 * MB, 350 * MB))
    seen = sample(system=SystemMemory(16_000 * MB, 9_000 * MB), cgroups=cgroups, data=ProcessLimit(50 * MB, 20 * MB))
    found = limits(seen, MemoryConfig(memory_limit_bytes=500 * MB))
    assert [limit.name for limit in found] == ["cgroup /", USER, "cgroup /a", MACHINE, DATA]
    smallest = least(found)
    assert smallest is not None
    assert smallest.limit_bytes == 400 * MB
    assert least(limits(sample(), MemoryConfig())) is None


def test_a_cgroup_counts_its_other_members() -> None:
    """A neighbour in the same cgroup brings it to its limit as well as we do; a cgroup that tells less than we know does not."""
    found = limits(sample(cgroups=(CgroupMemory("/a", 700 * MB, 300 * MB), CgroupMemory("/b", 900 * MB, None))), MemoryConfig())
    assert [limit.bound_bytes for limit in found] == [300 * MB, 100 * MB]


def test_reservations_count_where_they_will_be_taken() -> None:
    """All of them in the tree; only this process's own against its `RLIMIT_DATA`."""
    claims = [Reserved(30 * MB, in_children=False), Reserved(50 * MB, in_children=True)]
    found = {
        limit.name: limit
        for limit in limits(
            sample(mapped=7 * MB, data=ProcessLimit(200 * MB, 40 * MB)), MemoryConfig(memory_limit_bytes=500 * MB), claims
        )
    }
    assert (found[USER].bound_bytes, found[USER].usage_bytes) == (180 * MB, 187 * MB)
    assert (found[DATA].bound_bytes, found[DATA].usage_bytes) == (70 * MB, 70 * MB)
    near = tightest(found.values(), 120 * MB, 0.95)
    assert near is not None
    assert near == (found[DATA], 0)
    near = tightest(found.values(), 120 * MB, 0.95, in_children=True)
    assert near is not None
    assert near[0].name == USER


def test_usage_spills_from_the_high_mark_to_the_low_one() -> None:
    """Nothing just below the high mark; at it, what is above the low one; then on until the low one is reached."""
    assert decide(readings(849 * MB), MARKS).spill_bytes == 0
    first = decide(readings(850 * MB), MARKS)
    assert first.spill_bytes == 150 * MB
    assert first.active == {USER}
    assert "85%" in first.why
    assert decide(readings(760 * MB), MARKS, first.active).spill_bytes == 60 * MB
    assert decide(readings(760 * MB), MARKS).spill_bytes == 0
    ended = decide(readings(700 * MB), MARKS, first.active)
    assert (ended.spill_bytes, ended.active) == (0, frozenset())


def test_the_caches_have_a_bound_of_their_own() -> None:
    """`max_cache_bytes` spills without any pressure, down to the low share of it."""
    seen = Readings((), 501 * MB, 500 * MB)
    decision = decide(seen, MARKS)
    assert decision.active == {CACHES}
    assert decision.spill_bytes == 151 * MB
    assert decide(Readings((), 500 * MB, 500 * MB), MARKS).spill_bytes == 0


def test_a_machine_that_runs_out_makes_the_caches_give() -> None:
    """Available memory below 15 % begins it, up to 30 % are wanted, and the caches can give what they hold."""
    low = SystemMemory(1000 * MB, 149 * MB)
    decision = decide(readings(1, caches=100 * MB, system=low), MARKS)
    assert decision.active == {SYSTEM}
    assert decision.spill_bytes == 100 * MB
    assert decide(readings(1, caches=400 * MB, system=low), MARKS).spill_bytes == 151 * MB


def test_stalls_take_a_quarter_at_a_time_and_end_at_their_own_mark() -> None:
    """They say that memory is short and not by how much."""
    decision = decide(readings(1, caches=400 * MB, stall=Stall(20.0, 0.0)), MARKS)
    assert (decision.spill_bytes, decision.active) == (100 * MB, {STALLS})
    assert decide(readings(1, caches=300 * MB, stall=Stall(5.0, 0.0)), MARKS, decision.active).spill_bytes == 75 * MB
    assert decide(readings(1, caches=300 * MB, stall=Stall(5.0, 0.0)), MARKS).spill_bytes == 0
    assert decide(readings(1, caches=300 * MB, stall=Stall(0.5, 0.1)), MARKS, decision.active).spill_bytes == 0


def test_empty_caches_end_every_cause() -> None:
    """However high everything stands, there is nothing to do and nothing goes on; what is missing is told all the same."""
    seen = readings(5000 * MB, caches=0, system=SystemMemory(100, 1), stall=Stall(90.0, 90.0))
    *to_do, missing_bytes = decide(seen, MARKS, frozenset({USER, SYSTEM, STALLS}))
    assert to_do == [0, frozenset(), ""]
    assert missing_bytes == 4300 * MB


def test_levels_name_where_usage_stands() -> None:
    """The hard mark is about bound memory, the others about usage."""
    assert level(readings(600 * MB), MARKS) is Level.CALM
    assert level(readings(800 * MB), MARKS) is Level.RAISED
    assert level(readings(990 * MB, bound=10), MARKS) is Level.HIGH
    assert level(readings(990 * MB, bound=960 * MB), MARKS) is Level.HARD


def test_room_is_what_the_tightest_leaves() -> None:
    """Limits, the caches' bound and the machine; never negative."""
    assert room_bytes(readings(600 * MB), 0.70) == 100 * MB
    assert room_bytes(readings(900 * MB), 0.70) == 0
    assert room_bytes(readings(600 * MB, system=SystemMemory(1000 * MB, 340 * MB)), 0.70) == 40 * MB
    assert room_bytes(Readings((Limit(USER, 1000 * MB, 0, 0),), 80 * MB, 100 * MB), 0.70) == 20 * MB


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Marks, int, int, list[int]]:
    """Marks in order, a limit, what is held beside the caches, and caches."""
    low, high, hard = sorted(draw(st.lists(st.integers(5, 99), min_size=3, max_size=3, unique=True)))
    limit = draw(st.integers(1000, 10**12))
    host = draw(st.integers(0, 2 * limit))
    caches = draw(st.lists(st.integers(0, limit), max_size=5))
    return Marks(low / 100, high / 100, hard / 100), limit, host, caches


@given(worlds())
def test_spilling_ends_at_the_low_mark_or_with_empty_caches(world: tuple[Marks, int, int, list[int]]) -> None:
    """From any state: caches that give exactly what is asked end at the low mark, never under it; and the loop is short."""
    marks, limit, host, caches = world
    held, active, rounds = sum(caches), frozenset[str](), 0
    began = host + held >= limit * marks.high
    while True:
        decision = decide(readings(host + held, limit, held), marks, active)
        active = decision.active
        if not decision.spill_bytes:
            break
        assert decision.spill_bytes <= held
        held -= decision.spill_bytes
        rounds += 1
        assert rounds <= 2
    if began and sum(caches):
        low = int(limit * marks.low)
        assert host + held == max(low, host) if host + sum(caches) > low else True
        assert held == 0 or host + held <= limit * marks.low
    else:
        assert held == sum(caches)
    assert not active


@given(worlds(), st.lists(st.integers(-300, 300), min_size=1, max_size=30))
def test_no_ping_pong_across_a_mark(world: tuple[Marks, int, int, list[int]], steps: list[int]) -> None:
    """Usage that wanders between the marks never starts a spill: one starts only at a reading at or above the high mark."""
    marks, limit, _, _ = world
    usage, active = int(limit * marks.low), frozenset[str]()
    for step in steps:
        usage = max(0, usage + step * limit // 2000)
        was_active = bool(active)
        decision = decide(readings(usage, limit, limit), marks, active)
        if decision.spill_bytes and not was_active:
            assert usage / limit >= marks.high
        if usage <= limit * marks.low:
            assert not decision.spill_bytes
        active = decision.active
        usage -= decision.spill_bytes
        assert not decision.spill_bytes or usage <= limit * marks.low
