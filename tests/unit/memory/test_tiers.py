"""Results in several folders: where they go, what moves them up and down, and what is not written twice."""

import math
import random
import shutil
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from memory_fixture import closed_after

from lepasserelle.durable.steps import observed
from lepasserelle.errors import StorageError, StoreFullError
from lepasserelle.memory import store_entry, tier_report
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_voice import StoreWarning
from lepasserelle.memory.tier import TierPlace
from lepasserelle.memory.tier_latency import read_ms
from lepasserelle.memory.tiers import LARGEST_SHARE, REST_S, SHED_FROM, SHED_TO, TieredStore

BLOCK = 4096
FAST, SLOW = 32 * BLOCK, 4096 * BLOCK
KIND = "analyze"
ACTIONS = st.sampled_from(["put", "get", "shed", "discard"])

Made = Callable[..., TieredStore]


def noise(number: int, size_bytes: int = 3_000) -> bytes:
    """Bytes that do not compress: one block of a disk unless said otherwise."""
    return random.Random(number).randbytes(size_bytes)


def key(number: int) -> bytes:
    """Of that entry."""
    return b"%d" % number


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:  # noqa: D102  # as `time.monotonic`
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    """Of every store of the test."""
    return Clock()


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> Made:
    """Makes further handles on the same two folders, as other processes have them."""

    def make(fast_bytes: int = FAST, slow_bytes: int = SLOW) -> TieredStore:
        places = (TierPlace(tmp_path / "fast", fast_bytes), TierPlace(tmp_path / "slow", slow_bytes))
        return closed_after(TieredStore(places, b"project", clock=clock))

    return make


def names(store: TieredStore, tier: int) -> set[str]:
    """Files of the entries in one tier."""
    return {found.name for found in store.tiers[tier].store.files()}


def name(number: int) -> str:
    """File of an entry."""
    return store_entry.file_name(KIND, 1, key(number))


def fill(store: TieredStore, count: int, first: int = 0) -> None:
    """Put so many entries of one block."""
    for number in range(first, first + count):
        store.put(KIND, key(number), 1, noise(number))


def test_what_the_fast_quota_pushes_out_lies_in_the_slow_tier_and_is_found(made: Made) -> None:
    """Nothing is lost while the lower tier has room, and the quota of the upper one is kept."""
    store = made()
    fill(store, 100)
    assert all(store.get(KIND, key(number), 1) == noise(number) for number in range(100))
    assert names(store, 0) | names(store, 1) == {name(number) for number in range(100)}
    assert len(names(store, 0)) == FAST // BLOCK
    assert store.statistics().kinds[KIND].misses == 0
    assert (store.counts.demoted, store.counts.dropped) == (100 - FAST // BLOCK, 0)


def test_a_large_entry_goes_to_the_slow_tier_at_once(made: Made) -> None:
    """It would push out an eighth of the fast one; it is not promoted either."""
    store = made()
    large = noise(1, FAST // LARGEST_SHARE + 1)
    store.put(KIND, b"large", 1, large)
    for _ in range(3):
        assert store.get(KIND, b"large", 1) == large
    assert (len(names(store, 0)), len(names(store, 1)), store.counts.promoted) == (0, 1, 0)


def test_the_second_hit_promotes_also_when_another_process_had_the_first(made: Made) -> None:
    """Which uses there were lies beside the entry on disk."""
    store = made()
    fill(store, 40)
    gone = next(iter(names(store, 1)))
    number = next(number for number in range(40) if name(number) == gone)
    assert made().get(KIND, key(number), 1) == noise(number)
    assert gone not in names(store, 0)
    assert made().get(KIND, key(number), 1) == noise(number)
    assert gone in names(store, 0)
    assert gone in names(store, 1), "the copy below stays"


def test_a_clean_lower_copy_is_not_written_again(made: Made) -> None:
    """When the promoted entry has to go, its file below is the one that was there; and putting it again writes nothing at all."""
    store = made()
    fill(store, 40)
    number = next(number for number in range(40) if name(number) in names(store, 1))
    below = store.tiers[1].store.path / name(number)
    inode = below.stat().st_ino
    for _ in range(2):
        store.get(KIND, key(number), 1)
    assert name(number) in names(store, 0)
    kept_above = len(names(store, 0))
    before = store.counts
    store.tiers[0].store.shed(0, lambda: True)
    assert names(store, 0) == set()
    assert below.stat().st_ino == inode
    assert store.counts.clean == before.clean + 1
    assert store.counts.demoted == before.demoted + kept_above - 1
    written: list[str] = []
    with observed(written.append):
        store.put(KIND, key(number), 1, noise(number))
    assert written == []


def test_a_new_value_of_a_name_replaces_it_in_every_tier(made: Made) -> None:
    """The former one, below, is never answered any more."""
    store = made()
    fill(store, 40)
    number = next(number for number in range(40) if name(number) in names(store, 1))
    store.put(KIND, key(number), 1, b"new")
    assert store.get(KIND, key(number), 1) == b"new"
    fill(store, 200, first=100)
    assert made().get(KIND, key(number), 1) == b"new"


def test_demoting_ahead_makes_room_before_a_put_needs_it(made: Made) -> None:
    """On a thread of its own; afterwards a put moves nothing."""
    store = made()
    fill(store, FAST // BLOCK)
    moved = threading.Semaphore(0)
    with observed(lambda step: moved.release() if step == "store.removed" else None):
        store.settle()
        for _ in range(math.ceil(FAST * (1 - SHED_TO) / BLOCK)):
            assert moved.acquire(timeout=60)
    assert store.tiers[0].store.statistics().disk_bytes <= FAST * SHED_TO < FAST * SHED_FROM
    demoted = store.counts.demoted
    store.put(KIND, b"one more", 1, noise(5))
    assert store.counts.demoted == demoted > 0


def test_the_measured_order_is_that_of_the_latencies(tmp_path: Path) -> None:
    """Whatever order the settings have; a folder that cannot be measured comes last."""
    latencies = {"a": math.inf, "b": 0.3, "c": 9.0}
    places = [TierPlace(tmp_path / name, SLOW) for name in latencies]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store = TieredStore(places, b"p", measured=True, latency=lambda folder: latencies[folder.name])
        assert [tier.place.folder.name for tier in store.tiers] == ["b", "c", "a"]
        assert [tier.place.folder.name for tier in TieredStore(places, b"p").tiers] == ["a", "b", "c"]


def order(tmp_path: Path, a_ms: float, b_ms: float) -> list[str]:
    """Of two measured folders, in a store of its own that remembers it."""
    latencies = {"a": a_ms, "b": b_ms}
    places = [TierPlace(tmp_path / name, SLOW) for name in latencies]
    kept = tmp_path / "tier-order"
    store = TieredStore(places, b"p", measured=True, order=kept, latency=lambda folder: latencies[folder.name])
    return [tier.place.folder.name for tier in store.tiers]


def test_tiers_that_are_nearly_as_fast_keep_the_order_of_the_last_time(tmp_path: Path) -> None:
    """Another start that measures them the other way round changes nothing; one that is faster beyond doubt comes first."""
    assert order(tmp_path, 1.0, 0.9) == ["b", "a"]
    assert order(tmp_path, 0.9, 1.0) == ["b", "a"]
    assert order(tmp_path, 0.7, 1.0) == ["b", "a"]
    assert order(tmp_path, 0.6, 1.0) == ["a", "b"]
    assert order(tmp_path, 1.0, 0.9) == ["a", "b"], "and that is kept in its turn"


def test_a_tier_that_could_not_be_measured_comes_last_and_is_not_remembered_so(tmp_path: Path) -> None:
    """A mount that is away for one start is the faster one again when it is back."""
    assert order(tmp_path, 0.9, 1.0) == ["a", "b"]
    assert order(tmp_path, math.inf, 1.0) == ["b", "a"]
    assert order(tmp_path, 1.1, 1.0) == ["a", "b"]


@pytest.mark.parametrize("bit", range(0, 8 * 24, 7))
def test_an_order_that_was_damaged_is_measured_anew(tmp_path: Path, bit: int) -> None:
    """Any flipped bit: what is measured now is taken, and kept whole."""
    assert order(tmp_path, 0.9, 1.0) == ["a", "b"]
    kept = tmp_path / "tier-order"
    whole = kept.read_bytes()
    damaged = bytearray(whole)
    damaged[bit // 8] ^= 1 << bit % 8
    kept.write_bytes(damaged)
    assert order(tmp_path, 1.1, 1.0) == ["b", "a"]
    assert order(tmp_path, 0.9, 1.0) == ["b", "a"]


def test_an_order_of_other_folders_says_nothing(tmp_path: Path) -> None:
    """Another slow folder was named since."""
    assert order(tmp_path, 0.9, 1.0) == ["a", "b"]
    (tmp_path / "other").mkdir()
    kept = tmp_path / "tier-order"
    (tmp_path / "other" / "tier-order").write_bytes(kept.read_bytes())
    assert order(tmp_path / "other", 1.1, 1.0) == ["b", "a"]


def test_a_latency_is_measured_and_nothing_stays(tmp_path: Path) -> None:
    """Also the folder's own failure is an answer."""
    assert 0 < read_ms(tmp_path / "new") < math.inf
    assert list((tmp_path / "new").iterdir()) == []
    (tmp_path / "file").touch()
    assert read_ms(tmp_path / "file" / "x") == math.inf


def fill_up(store: TieredStore, count: int, first: int) -> list[int]:
    """Put noise under `count` names; those that were taken."""
    taken = []
    for number in range(first, first + count):
        with suppress(StorageError):
            store.put(KIND, key(number), 1, noise(number))
            taken.append(number)
    return taken


def test_a_tier_that_vanishes_costs_one_warning_and_nothing_that_is_stored(made: Made, tmp_path: Path, clock: Clock) -> None:
    """Puts go on in the other one while it has room, and are refused when something would have to go that the tier would have
    taken; after a rest the folder is made again, and everything is taken.
    """
    store = made()
    fill(store, 40)
    kept = [number for number in range(40) if name(number) in names(store, 0)]
    (tmp_path / "slow").rename(tmp_path / "away")
    with pytest.warns(StoreWarning, match="slow") as told:
        taken = fill_up(store, 30, 100)
    assert len(told) == 1
    assert len(taken) < 30
    assert all(store.get(KIND, key(number), 1) == noise(number) for number in (*kept, *taken))
    assert not (tmp_path / "slow").exists(), "nothing is made where a mount went, at first"
    clock.now_s += REST_S
    fill(store, 60, first=200)
    assert len(names(store, 1)) > 0
    assert all(store.get(KIND, key(number), 1) == noise(number) for number in range(200, 260))


def test_a_tier_that_comes_back_has_what_it_had_and_nothing_was_lost_meanwhile(made: Made, tmp_path: Path, clock: Clock) -> None:
    """A mount that is gone for a while: every answer that was ever taken is found afterwards, and those refused are taken then."""
    store = made()
    fill(store, 40)
    (tmp_path / "slow").rename(tmp_path / "away")
    with pytest.warns(StoreWarning):
        taken = fill_up(store, 30, 100)
    (tmp_path / "away").rename(tmp_path / "slow")
    clock.now_s += REST_S
    assert all(store.get(KIND, key(number), 1) == noise(number) for number in (*range(40), *taken))
    assert store.counts.dropped == 0
    fill(store, 10, first=300)
    assert all(store.get(KIND, key(number), 1) == noise(number) for number in range(300, 310))


def test_another_device_in_the_place_of_a_tier_is_not_written(made: Made, tmp_path: Path, clock: Clock) -> None:
    """A mount that went leaves an empty folder on the disk below it; when the mount is back, so are the entries."""
    other = Path("/dev/shm")  # another device is what this is about
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second device")
    store = made()
    fill(store, 40)
    below = [number for number in range(40) if name(number) in names(store, 1)]
    (tmp_path / "slow").rename(tmp_path / "away")
    (tmp_path / "slow").symlink_to(other)
    before = set(other.iterdir())
    with pytest.warns(StoreWarning, match="not there any more"):
        fill_up(store, 40, 100)
    for _ in range(2):
        clock.now_s += 2 * REST_S
        fill_up(store, 40, 200)
    assert "spilled" not in {path.name for path in set(other.iterdir()) - before}
    (tmp_path / "slow").unlink()
    (tmp_path / "away").rename(tmp_path / "slow")
    assert [store.get(KIND, key(number), 1) for number in below] == [noise(number) for number in below]


def test_a_tier_that_cannot_be_written_is_left_out_and_tried_again(made: Made, tmp_path: Path, clock: Clock) -> None:
    """A file stands where its folder should be: every put goes to the next tier; when that is mended, it is used again."""
    (tmp_path / "fast").write_text("in the way")
    store = made()
    with pytest.warns(StoreWarning, match="fast") as told:
        fill(store, 5)
    assert len(told) == 1
    assert len(names(store, 1)) == 5
    (tmp_path / "fast").unlink()
    fill(store, 1, first=50)
    assert name(50) in names(store, 1), "it rests"
    clock.now_s += 2 * REST_S
    fill(store, 1, first=51)
    assert name(51) in names(store, 0)
    assert all(store.get(KIND, key(number), 1) == noise(number) for number in (*range(5), 50, 51))


def test_when_no_tier_takes_an_entry_its_owner_is_told(made: Made, tmp_path: Path) -> None:
    """So it stays in memory."""
    with pytest.raises(StoreFullError):
        made(8 * BLOCK, 8 * BLOCK).put(KIND, b"k", 1, noise(1, 20 * BLOCK))
    for folder in ("fast", "slow"):
        (tmp_path / folder).rename(tmp_path / f"former {folder}") if (tmp_path / folder).exists() else None
        (tmp_path / folder).write_text("in the way")
    store = made()
    with pytest.warns(StoreWarning), pytest.raises(StorageError):
        store.put(KIND, b"k", 1, b"x")
    with pytest.raises(StorageError, match="no tier"):
        store.put(KIND, b"k", 1, b"x")


def test_everything_is_collected_cleared_listed_and_verified_over_all_tiers(made: Made) -> None:
    """As with one folder."""
    store = made()
    fill(store, 40)
    store.put("slices", b"s", 2, b"of another epoch")
    assert {entry.key for entry in store.entries(KIND)} == {key(number) for number in range(40)}
    assert store.stored_bytes("slices", b"s", 2) is not None
    assert store.discard("slices", b"s", 2)
    assert not store.discard("slices", b"s", 2)
    path = store.tiers[1].store.path / next(iter(names(store, 1)))
    path.write_bytes(path.read_bytes()[:-1])
    check = store.verify()
    assert (check.entries, check.damaged, check.put_aside) == (40, (path.name,), 1)
    assert store.collect({7}) > 0
    assert list(store.entries()) == []
    fill(store, 2)
    assert store.clear() > 0
    assert store.statistics().total.entries == 0


def test_the_report_says_why_each_entry_lies_where_it_does(made: Made, tmp_path: Path) -> None:
    """From the files alone: a handle that has seen nothing tells the same."""
    store = made()
    fill(store, FAST // BLOCK + 3)
    below = [number for number in range(FAST // BLOCK + 3) if name(number) in names(store, 1)]
    store.get(KIND, key(below[0]), 1)
    store.put("slices", b"large", 1, noise(1, FAST // LARGEST_SHARE + 1))
    for _ in range(2):
        store.get(KIND, key(below[1]), 1)
    told = tier_report.told(made())
    assert [tier.name for tier in told] == ["L2", "L3"]
    whys = [{(one.what, one.why): one.entries for one in tier.contents} for tier in told]
    assert whys[0][KIND, tier_report.PROMOTED] == whys[1][KIND, tier_report.COPY_BELOW] == 1
    assert whys[1][KIND, tier_report.ONCE] == 1
    assert whys[1]["slices", tier_report.LARGE] == 1
    assert whys[1][KIND, tier_report.PUSHED_OUT] == len(names(store, 1)) - 3
    assert sum(whys[0].values()) == len(names(store, 0))
    with CacheStore(tmp_path / "fast", b"project", FAST) as single:
        (alone,) = tier_report.told(single)
    assert {one.why for one in alone.contents} == {tier_report.ONLY}


def reasons(store: TieredStore) -> list[set[str]]:
    """The reasons told of each tier."""
    return [{one.why for one in tier.contents} for tier in tier_report.told(store)]


def test_an_entry_that_was_not_promoted_is_not_told_as_such(made: Made, tmp_path: Path) -> None:
    """It was put again while the slow tier was away, and lies in both since that is back; one left out is compared with nothing."""
    slow, away = tmp_path / "slow", tmp_path / "away"
    store = made()
    for tier in (1, 0):
        store.tiers[tier].store.put(KIND, key(1), 1, noise(1))
    store.get(KIND, key(1), 1)
    assert reasons(made()) == [{tier_report.ALSO_BELOW}, {tier_report.ALSO_ABOVE}]
    store.tiers[1].mark.leave()
    shutil.move(slow, away)
    shutil.copytree(away, slow)
    (slow / "spilled" / "tier-id").write_text("0" * 32 + "\n")
    with pytest.warns(StoreWarning, match="without"):
        assert reasons(store)[0] == {tier_report.IN_USE}


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["put", "get", "shed", "discard"]), st.integers(0, 11), st.sampled_from([200, 3_000, 9_000, 40_000])
        ),
        max_size=40,
    ),
    fast_blocks=st.integers(4, 12),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_moves_every_answer_is_the_last_one_put(
    steps: list[tuple[str, int, int]], fast_blocks: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Against a dictionary: the slow tier has room for all of it, so nothing may be missing either."""
    folder = tmp_path_factory.mktemp("tiers")
    expected: dict[bytes, bytes] = {}
    store = TieredStore([TierPlace(folder / "f", fast_blocks * BLOCK), TierPlace(folder / "s", SLOW)], b"p")
    try:
        for action, number, size_bytes in steps:
            if action == "put":
                expected[key(number)] = noise(number * 7 + size_bytes, size_bytes)
                store.put(KIND, key(number), 1, expected[key(number)])
            elif action == "get":
                assert store.get(KIND, key(number), 1) == expected.get(key(number))
            elif action == "discard":
                assert store.discard(KIND, key(number), 1) == (expected.pop(key(number), None) is not None)
            else:
                store.shed()
            assert store.tiers[0].store.statistics().disk_bytes <= fast_blocks * BLOCK
        assert {number: store.get(KIND, number, 1) for number in expected} == expected
        assert store.counts.dropped == 0
    finally:
        store.close()


def test_threads_that_put_and_get_at_once_find_what_was_put(made: Made) -> None:
    """While entries move up and down under them."""
    store = made(8 * BLOCK)
    fill(store, 60)
    wrong: list[object] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(150):
                number = chance.randrange(60)
                if chance.random() < 0.2:
                    store.put(KIND, key(number), 1, noise(number))
                elif store.get(KIND, key(number), 1) != noise(number):
                    wrong.append(number)
        except BaseException as error:  # noqa: BLE001  # told by the test's own thread
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert names(store, 0)
