"""kill -9 while entries move between tiers, limits, full and read-only disks, flipped bits: nothing is lost but what was hit."""

import os
import random
import resource
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from dying import die_at
from storage_run import in_child

from lepasserelle.durable.steps import observed
from lepasserelle.errors import StorageError
from lepasserelle.memory import AnalysisCache, store_entry, tier_report
from lepasserelle.memory.codecs import RAW
from lepasserelle.memory.store_voice import StoreWarning
from lepasserelle.memory.tier import TierPlace
from lepasserelle.memory.tiers import TieredStore

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, limits and mounts")

FAST, SLOW = 40_960, 4_000_000
ROOT = os.name == "posix" and os.geteuid() == 0
OLD = {b"%d" % number: random.Random(number).randbytes(3_000) for number in range(16)}
NEW = {b"n%d" % number: random.Random(100 + number).randbytes(3_000) for number in range(4)}
LARGE = random.Random(99).randbytes(30_000)


def opened(fast: Path, slow: Path, fast_bytes: int = FAST, slow_bytes: int = SLOW) -> TieredStore:
    """A handle, as a process has it."""
    return TieredStore([TierPlace(fast, fast_bytes), TierPlace(slow, slow_bytes)], b"project")


def of(folder: Path) -> TieredStore:
    """The tiers in one folder."""
    return opened(folder / "fast", folder / "slow")


def fill(store: TieredStore) -> None:
    """Ten entries above, six below."""
    for key, payload in OLD.items():
        store.put("analyze", key, 1, payload)


def put_new(store: TieredStore) -> None:
    """Each pushes an old one out."""
    for key, payload in NEW.items():
        store.put("analyze", key, 1, payload)


def taken(store: TieredStore, payloads: Mapping[bytes, bytes] = NEW) -> dict[bytes, bytes]:
    """Of the new entries those that the store takes; the others stay with their owner."""
    found = {}
    for key, payload in payloads.items():
        with suppress(StorageError):
            store.put("analyze", key, 1, payload)
            found[key] = payload
    return found


def lower_keys(store: TieredStore) -> list[bytes]:
    """Those that are below only."""
    upper, lower = ({found.name for found in tier.store.files()} for tier in store.tiers)
    return [key for key in OLD if store_entry.file_name("analyze", 1, key) in lower - upper]


def work(folder: Path) -> None:
    """Everything that moves: promotes two, demotes for new ones, lets promoted ones go again, places a large one."""
    store = of(folder)
    for key in lower_keys(store)[:2]:
        for _ in range(2):
            store.get("analyze", key, 1)
    put_new(store)
    store.put("slices", b"large", 1, LARGE)
    store.shed()
    store.close()


def assert_nothing_lost(folder: Path) -> None:
    """Every entry that was there before is, byte for byte; new ones are whole or not there."""
    store = of(folder)
    assert {key: store.get("analyze", key, 1) for key in OLD} == OLD
    assert all(store.get("analyze", key, 1) in (None, payload) for key, payload in NEW.items())
    assert store.get("slices", b"large", 1) in (None, LARGE)
    assert store.verify().damaged == ()
    store.close()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Filled tiers."""
    folder = tmp_path_factory.mktemp("tiers")
    store = of(folder)
    fill(store)
    assert len(lower_keys(store)) == 6
    store.close()
    return folder


def copied(first: Path, folder: Path) -> None:
    """A copy in which nothing counts as used: being copied is a use for some file systems."""
    shutil.copytree(first, folder)
    for path in folder.rglob("*"):
        os.utime(path, ns=(path.stat().st_mtime_ns, path.stat().st_mtime_ns))


def test_kill_at_every_step_of_moving_loses_nothing(first: Path, tmp_path: Path) -> None:
    """An entry that moves is in its old place, its new one, or both; the next process goes on and leaves nothing unfinished."""
    copied(first, tmp_path / "dry")
    names: list[str] = []
    with observed(names.append):
        work(tmp_path / "dry")
    assert {"tier.promote.begun", "tier.promoted", "tier.demote.begun", "tier.demoted", "store.removed"} <= set(names)
    assert_nothing_lost(tmp_path / "dry")
    for number in range(len(names)):
        folder = tmp_path / f"{number}"
        copied(first, folder)

        def killed(folder: Path = folder, number: int = number) -> None:
            with observed(die_at(number)):
                work(folder)

        status, answer = in_child(killed)
        assert os.WIFSIGNALED(status), answer
        assert_nothing_lost(folder)
        work(folder)
        assert_nothing_lost(folder)
        assert [path for path in folder.rglob("*.tmp") if path.is_file()] == []
        shutil.rmtree(folder)


def raise_all(folder: Path) -> None:
    """The slow quota has become nothing, and the fast one has room: every entry moves up."""
    store = TieredStore([TierPlace(folder / "fast", SLOW), TierPlace(folder / "slow", 0)], b"project")
    store.statistics()
    store.close()


def test_kill_at_every_step_of_moving_up_loses_nothing(first: Path, tmp_path: Path) -> None:
    """As for moving down."""
    copied(first, tmp_path / "dry")
    names: list[str] = []
    with observed(names.append):
        raise_all(tmp_path / "dry")
    assert {"tier.raise.begun", "tier.raised", "store.removed"} <= set(names)
    for number in range(len(names)):
        folder = tmp_path / f"{number}"
        copied(first, folder)

        def killed(folder: Path = folder, number: int = number) -> None:
            with observed(die_at(number)):
                raise_all(folder)

        status, answer = in_child(killed)
        assert os.WIFSIGNALED(status), answer
        assert_nothing_lost(folder)
        raise_all(folder)
        store = TieredStore([TierPlace(folder / "fast", SLOW), TierPlace(folder / "slow", 0)], b"project")
        assert {key: store.get("analyze", key, 1) for key in OLD} == OLD
        assert store.tiers[1].store.files() == []
        assert store.counts.dropped == 0
        store.close()
        shutil.rmtree(folder)


@pytest.mark.parametrize("limit_bytes", [0, 2_000, 10_000])
def test_a_limit_on_the_size_of_files_refuses_and_loses_nothing(first: Path, tmp_path: Path, limit_bytes: int) -> None:
    """A large entry that no tier takes pushes nothing out."""
    copied(first, tmp_path / "s")

    def limited() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
        warnings.simplefilter("ignore", StoreWarning)
        store = of(tmp_path / "s")
        try:
            store.put("slices", b"large", 1, LARGE)
        except StorageError as error:
            found = {key: store.get("analyze", key, 1) for key in OLD}
            return f"{type(error).__name__} {found == OLD}"
        return "kept"

    assert in_child(limited) == (0, "StoreFullError True")
    assert_nothing_lost(tmp_path / "s")


def test_a_flipped_bit_in_either_tier_is_never_a_wrong_answer(first: Path, tmp_path: Path) -> None:
    """An entry that lies in both is still answered; one that lies in one place is computed anew."""
    folder = tmp_path / "s"
    copied(first, folder)
    store = of(folder)
    twice = lower_keys(store)[0]
    for _ in range(2):
        store.get("analyze", twice, 1)
    store.close()
    chance = random.Random(7)
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if store_entry.is_entry_name(path.name)]
    assert len(files) == len(OLD) + 1
    for number, file in enumerate(files * 3):
        trial = tmp_path / f"{number}"  # each its own: answers that are asked for move files
        copied(folder, trial)
        data = bytearray((trial / file).read_bytes())
        place = chance.randrange(len(data) * 8)
        data[place // 8] ^= 1 << place % 8
        (trial / file).write_bytes(data)
        store = of(trial)
        found = {key: store.get("analyze", key, 1) for key in OLD}
        wrong = [key for key in OLD if found[key] != OLD[key]]
        assert all(found[key] is None for key in wrong)
        assert len(wrong) <= 1
        assert twice not in wrong
        store.close()
        shutil.rmtree(trial)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk]
    if not ROOT or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("cannot mount a small disk here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_fast_disk_hands_down_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    """Its quota is larger than the disk: it is left out with one warning, and what it cannot take goes to the slow tier."""
    store = opened(small_disk, tmp_path / "slow", fast_bytes=8_000_000)
    payloads = {b"%d" % number: random.Random(number).randbytes(20_000) for number in range(60)}
    with pytest.warns(StoreWarning, match="disk is full") as told:
        assert taken(store, payloads) == payloads
    assert len(told) == 1
    assert {key: store.get("analyze", key, 1) for key in payloads} == payloads
    assert store.counts.dropped == 0
    store.close()


def test_a_full_slow_disk_leaves_the_fast_tier_as_it_is(small_disk: Path, tmp_path: Path) -> None:
    """One warning; what the fast one holds is answered, all of it. A new entry is taken where it pushes nothing out that the slow
    one would have taken; else whoever has it keeps it, until there is room.
    """
    store = opened(tmp_path / "fast", small_disk)
    fill(store)
    upper = OLD.keys() - set(lower_keys(store))
    store.tiers[1].store.clear()
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * shutil.disk_usage(small_disk).free)
    with pytest.warns(StoreWarning) as told:
        new = taken(store)
    assert len(told) == 1
    assert {key: store.get("analyze", key, 1) for key in upper} == {key: OLD[key] for key in upper}
    assert {key: store.get("analyze", key, 1) for key in new} == new
    assert store.counts.dropped == 0
    store.close()
    ballast.unlink()
    store = opened(tmp_path / "fast", small_disk)
    put_new(store)
    kept = {key: OLD[key] for key in upper} | NEW
    assert {key: store.get("analyze", key, 1) for key in kept} == kept
    store.close()


def fill_disk(disk: Path) -> None:
    """To the last byte."""
    (disk / "ballast").write_bytes(b"\0" * shutil.disk_usage(disk).free)
    assert shutil.disk_usage(disk).free == 0


@pytest.mark.parametrize("is_fast_full", [False, True])
def test_a_full_slow_disk_keeps_the_answers_that_lie_there(small_disk: Path, tmp_path: Path, *, is_fast_full: bool) -> None:
    """Nothing old makes way for something new: one warning, and a new answer goes up where there is room, or is refused."""
    large = {b"old %d" % number: random.Random(number).randbytes(20_000) for number in range(15)}
    store = opened(tmp_path / "fast", small_disk, fast_bytes=100_000)
    for key, payload in large.items():
        store.put("analyze", key, 1, payload)
    small = {b"small %d" % number: random.Random(number).randbytes(3_000) for number in range(24 if is_fast_full else 0)}
    for key, payload in small.items():
        store.put("analyze", key, 1, payload)
    fill_disk(small_disk)
    new = {b"new %d" % number: random.Random(99 + number).randbytes(20_000) for number in range(9)}
    with pytest.warns(StoreWarning, match="disk is full") as told:
        kept = taken(store, new)
    assert len(told) == 1
    assert len(kept) == (0 if is_fast_full else 4)
    expected = large | small | kept
    assert {key: store.get("analyze", key, 1) for key in expected} == expected
    assert store.counts.dropped == 0
    store.close()


def test_a_full_fast_disk_drops_nothing_from_a_full_slow_tier(small_disk: Path, tmp_path: Path) -> None:
    """While the fast tier is left out, the slow one lets nothing go that the fast one would have taken: it refuses."""
    fill_disk(small_disk)
    store = opened(small_disk, tmp_path / "slow", fast_bytes=8_000_000, slow_bytes=100_000)
    payloads = {b"%d" % number: random.Random(number).randbytes(20_000) for number in range(12)}
    with pytest.warns(StoreWarning, match="disk is full") as told:
        kept = taken(store, payloads)
    assert len(told) == 1
    assert len(kept) == 4
    assert {key: store.get("analyze", key, 1) for key in kept} == kept
    assert store.counts.dropped == 0
    store.close()


def test_a_full_slow_disk_is_warned_of_by_the_report_too(small_disk: Path, tmp_path: Path) -> None:
    """Whoever notices first says it, once: also when nothing was written since."""
    store = opened(tmp_path / "fast", small_disk)
    fill(store)
    fill_disk(small_disk)
    with pytest.warns(StoreWarning) as told:
        first, second = tier_report.told(store), tier_report.told(store)
    assert len(told) == 1
    assert "space" in first[1].problem
    assert first == second
    store.close()


def test_a_read_only_slow_tier_answers_and_is_not_written(small_disk: Path, tmp_path: Path) -> None:
    """What lies in either is found; nothing goes from the fast one that the slow one would have taken."""
    store = opened(tmp_path / "fast", small_disk)
    fill(store)
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    store = opened(tmp_path / "fast", small_disk)
    with pytest.warns(StoreWarning) as told:
        new = taken(store)
    assert len(told) == 1
    assert {key: store.get("analyze", key, 1) for key in OLD} == OLD
    assert {key: store.get("analyze", key, 1) for key in new} == new
    assert store.counts.dropped == 0
    store.close()


def spill_each(cache: AnalysisCache) -> None:
    """Ask for every entry to go; refusals are what is looked for."""
    for _ in NEW:
        with suppress(StorageError):
            cache.spill(1)


def test_what_no_tier_takes_stays_in_memory_and_is_answered(small_disk: Path, tmp_path: Path) -> None:
    """Memory is the tier above: a spill that the store refuses leaves the answer where it is."""
    store = opened(tmp_path / "fast", small_disk)
    fill(store)
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    store = opened(tmp_path / "fast", small_disk)
    cache = AnalysisCache(10_000_000, store)
    kind = cache.register("analyze", RAW)
    for key, payload in NEW.items():
        cache.put(kind, key, 1, payload)
    with pytest.warns(StoreWarning):
        spill_each(cache)
    assert len(cache) > 0
    assert {key: cache.get(kind, key, 1) for key in OLD | NEW} == OLD | NEW
    assert store.counts.dropped == 0
    store.close()
