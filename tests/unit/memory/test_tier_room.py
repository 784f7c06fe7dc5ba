"""Where entries go that a tier has no room for: nothing is lost while another tier has some, and what is lost is counted."""

import random
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from memory_fixture import closed_after

from lepasserelle.errors import StorageError, StoreFullError
from lepasserelle.memory import tier_report
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_entry import file_name
from lepasserelle.memory.store_voice import FolderVoice, StoreWarning
from lepasserelle.memory.tier import TierPlace
from lepasserelle.memory.tiers import TieredStore

KIND = "analyze"
BLOCK = 4096


def tiers(folder: Path, fast_bytes: int, slow_bytes: int) -> TieredStore:
    """A handle, as a process has it."""
    return closed_after(TieredStore([TierPlace(folder / "f", fast_bytes), TierPlace(folder / "s", slow_bytes)], b"p"))


def noise(number: int, size_bytes: int) -> bytes:
    """Bytes that do not compress."""
    return random.Random(number * 7 + size_bytes).randbytes(size_bytes)


def put(store: TieredStore, payloads: dict[bytes, bytes]) -> None:
    """All of them."""
    for key, payload in payloads.items():
        store.put(KIND, key, 1, payload)


def found(store: TieredStore, keys: dict[bytes, bytes]) -> dict[bytes, bytes | None]:
    """What is there under these keys."""
    return {key: store.get(KIND, key, 1) for key in keys}


def held(store: TieredStore, number: int) -> int:
    """Bytes of one tier."""
    return store.tiers[number].store.statistics().disk_bytes


def test_large_entries_lie_above_when_the_slow_tier_is_full(tmp_path: Path) -> None:
    """Over an eighth of the fast quota each, so that they go below first; three do not fit there, and the fast tier is empty."""
    store = tiers(tmp_path, 400_000, 100_000)
    payloads = {b"%d" % number: noise(number, 60_000) for number in range(3)}
    put(store, payloads)
    assert found(store, payloads) == payloads
    assert store.counts.dropped == 0
    assert (held(store, 0), held(store, 1)) == (2 * 61_440, 61_440)


@pytest.mark.parametrize("fast_bytes", [1_000_000, 8 * BLOCK])
def test_entries_of_a_slow_tier_whose_quota_becomes_nothing_move_up_or_are_counted(tmp_path: Path, fast_bytes: int) -> None:
    """All of them where the fast tier has room; else as many as it has room for, and the others are told as dropped."""
    payloads = {b"%d" % number: noise(number, 3_000) for number in range(20)}
    store = tiers(tmp_path, 0, 1_000_000)
    put(store, payloads)
    store.close()
    store = tiers(tmp_path, fast_bytes, 0)
    store.statistics()
    left = {key: payload for key, payload in found(store, payloads).items() if payload is not None}
    assert left.items() <= payloads.items()
    assert (len(left) == len(payloads)) == (fast_bytes == 1_000_000)
    assert store.counts.dropped == len(payloads) - len(left)
    assert store.counts.raised == len(left) > 0
    assert held(store, 1) == 0
    store.close()


def test_demoting_ahead_loses_nothing_when_the_slow_tier_is_full(tmp_path: Path) -> None:
    """What goes ahead of need could as well stay."""
    store = tiers(tmp_path, 10 * BLOCK, 4 * BLOCK)
    payloads = {b"%d" % number: noise(number, 3_000) for number in range(12)}
    put(store, payloads)
    store.shed()
    assert found(store, payloads) == payloads
    assert store.counts.dropped == 0


def test_small_entries_go_up_within_a_quota_of_few_blocks_before_any_is_lost(tmp_path: Path) -> None:
    """One block is over an eighth of the fast quota; what the slow one has no room for lies there still, up to the last block."""
    store = tiers(tmp_path, 10_000, 4 * BLOCK)
    payloads = {b"%d" % number: noise(number, 3_000) for number in range(6)}
    put(store, payloads)
    assert found(store, payloads) == payloads
    assert store.counts.dropped == 0
    assert (held(store, 0), held(store, 1)) == (2 * BLOCK, 4 * BLOCK)


@pytest.mark.parametrize("size_bytes", [3_000, 7_000])
def test_a_lowered_slow_quota_fills_the_fast_tier_first(tmp_path: Path, size_bytes: int) -> None:
    """To the last block, whatever the entries take of its quota; only what is left then is dropped, and counted."""
    payloads = {b"%d" % number: noise(number, size_bytes) for number in range(9)}
    store = tiers(tmp_path, 0, 1_000_000)
    put(store, payloads)
    store.close()
    blocks = -(-size_bytes // BLOCK)
    store = tiers(tmp_path, 2 * blocks * BLOCK, 3 * blocks * BLOCK)
    store.statistics()
    left = {key: payload for key, payload in found(store, payloads).items() if payload is not None}
    assert len(left) == 5
    assert left.items() <= payloads.items()
    assert (store.counts.raised, store.counts.dropped) == (2, 4)


def test_an_entry_counts_as_it_lies_in_the_store(tmp_path: Path) -> None:
    """Compressed, in whole blocks: one that is small there begins above and comes up again, however long it is in memory."""
    store = tiers(tmp_path, 10 * BLOCK, 100 * BLOCK)
    payloads = {b"%d" % number: noise(number, 2_500) + bytes(30_000) for number in range(14)}
    put(store, payloads)
    assert held(store, 0) == 10 * BLOCK
    assert {one.why for one in tier_report.told(store)[1].contents} == {tier_report.PUSHED_OUT}
    names = {found.name for found in store.tiers[1].store.files()}
    below = next(key for key in payloads if file_name(KIND, 1, key) in names)
    store.get(KIND, below, 1)
    assert {one.why for one in tier_report.told(store)[1].contents} == {tier_report.PUSHED_OUT, tier_report.ONCE}
    store.get(KIND, below, 1)
    assert store.counts.promoted == 1
    assert store.tiers[0].store.stored_bytes(KIND, below, 1) is not None


@pytest.mark.parametrize(("size_bytes", "is_large"), [(4 * BLOCK - 200, False), (4 * BLOCK + 1, True)])
def test_the_rule_of_size_and_the_reason_told_are_one(tmp_path: Path, size_bytes: int, *, is_large: bool) -> None:
    """What the report calls large starts below and stays there; what it does not starts above."""
    store = tiers(tmp_path, 32 * BLOCK, 100 * BLOCK)
    store.put(KIND, b"k", 1, noise(1, size_bytes))
    for _ in range(3):
        store.get(KIND, b"k", 1)
    fast, slow = tier_report.told(store)
    assert [one.why for one in slow.contents] == ([tier_report.LARGE] if is_large else [])
    assert [one.why for one in fast.contents] == ([] if is_large else [tier_report.IN_USE])


def test_what_no_tier_takes_is_told_with_the_reason_of_each(tmp_path: Path) -> None:
    """The slow folder went, and the fast quota has room for two: the third is refused, and who has it reads why."""
    store = tiers(tmp_path, 2 * BLOCK, 100 * BLOCK)
    store.put(KIND, b"first", 1, noise(7, 20_000))
    (tmp_path / "s").rename(tmp_path / "away")
    with pytest.warns(StoreWarning):
        put(store, {b"1": noise(1, 3_000), b"2": noise(2, 3_000)})
    with pytest.raises(StorageError, match="no tier") as told:
        store.put(KIND, b"3", 1, noise(3, 3_000))
    assert f"{tmp_path / 'f'}: its quota of 8192 bytes" in str(told.value)
    assert f"{tmp_path / 's'}: its folder is not there any more" in str(told.value)
    with pytest.raises(StoreFullError, match="store_quota_bytes") as full:
        tiers(tmp_path / "other", 2 * BLOCK, 3 * BLOCK).put(KIND, b"k", 1, noise(1, 50_000))
    for folder, quota_bytes in (("f", 2 * BLOCK), ("s", 3 * BLOCK)):
        assert f"{tmp_path / 'other' / folder}: its quota of {quota_bytes} bytes has no room for it" in str(full.value)


@given(
    steps=st.lists(st.tuples(st.sampled_from(["put", "get", "shed"]), st.integers(0, 11), st.sampled_from([200, 9_000, 40_000]))),
    fast_blocks=st.integers(0, 24),
    slow_blocks=st.integers(0, 24),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_entry_that_is_gone_was_counted(
    steps: list[tuple[str, int, int]], fast_blocks: int, slow_blocks: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Against a dictionary of what was taken: entries in the tiers and entries dropped are all of it."""
    store = tiers(tmp_path_factory.mktemp("room"), fast_blocks * BLOCK, slow_blocks * BLOCK)
    taken: dict[bytes, bytes] = {}
    for number, (action, name, size_bytes) in enumerate(steps):
        key = b"%d of %d" % (name, number if action == "put" else 0)
        if action == "put":
            try:
                store.put(KIND, key, 1, noise(name, size_bytes))
            except StoreFullError:
                continue
            taken[key] = noise(name, size_bytes)
        elif action == "get":
            assert store.get(KIND, key, 1) in (None, taken.get(key))
        else:
            store.shed()
    there = {key for key, payload in found(store, taken).items() if payload is not None}
    assert store.counts.dropped == len(taken) - len(there)
    assert held(store, 0) <= fast_blocks * BLOCK
    assert held(store, 1) <= slow_blocks * BLOCK
    store.close()


def test_moving_up_and_moving_down_at_once_end(tmp_path: Path) -> None:
    """Two threads, each of which moves entries into the tier that the other one's come from."""
    store = tiers(tmp_path, 12 * BLOCK, 12 * BLOCK)
    wrong: list[BaseException] = []

    def work(size_bytes: int) -> None:
        try:
            for number in range(60):
                store.put(KIND, b"%d %d" % (size_bytes, number), 1, noise(number, size_bytes))
                store.tiers[1].store.statistics()
        except BaseException as error:  # noqa: BLE001  # told by the test's own thread
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(size_bytes,), daemon=True) for size_bytes in (3_000, 9_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []
    assert max(held(store, 0), held(store, 1)) <= 12 * BLOCK


def test_what_is_said_names_the_settings_of_the_folder(tmp_path: Path) -> None:
    """Whoever is told to raise a quota is told which."""
    with (
        CacheStore(tmp_path, b"p", 4 * BLOCK, voice=FolderVoice("slow_dir", "slow_quota_bytes")) as store,
        pytest.raises(StoreFullError, match="slow_quota_bytes") as told,
    ):
        store.put(KIND, b"k", 1, noise(1, 90_000))
    assert "store_quota_bytes" not in str(told.value)
    (tmp_path / "file").write_text("in the way")
    with CacheStore(tmp_path / "file", b"p", 4 * BLOCK, voice=FolderVoice("slow_dir", "slow_quota_bytes")) as store:
        trouble = store.trouble()
    assert trouble is not None
    assert "`slow_dir`" in trouble
    assert "cache_dir" not in trouble


def test_an_answer_that_is_stored_again_and_goes_again_counts_each_time(tmp_path: Path) -> None:
    """Quotas were lowered to one answer each: what is asked for in turn is lost as often as it is stored, and so it is told."""
    payloads = {b"%d" % number: noise(number, 3 * BLOCK) for number in range(7)}
    put(tiers(tmp_path, 100 * BLOCK, 100 * BLOCK), {key: payload for key, payload in payloads.items() if key != b"0"})
    store = tiers(tmp_path, 4 * BLOCK, 4 * BLOCK)
    lost = 0
    for key in [*payloads, *payloads, *payloads]:
        before = [one for one in payloads if store.stored_bytes(KIND, one, 1) is not None]
        if store.get(KIND, key, 1) is None:
            store.put(KIND, key, 1, payloads[key])
        lost += sum(store.stored_bytes(KIND, one, 1) is None for one in before)
    assert lost > len(payloads)
    assert store.counts.dropped == tier_report.told(store)[-1].dropped == lost
