"""Trained dictionaries for small stored entries: they belong to one kind and epoch, pay or are not kept, and lose nothing."""

import random
from functools import lru_cache
from pathlib import Path

import pytest

from lepasserelle.config import Settings
from lepasserelle.errors import DamagedError
from lepasserelle.memory import MemoryConfig, store_dictionaries, store_entry
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_dictionaries import DICTIONARY_BYTES, MOST_DICTIONARIES, MOST_KNOWN, QUOTA_SHARE, SAMPLES, trained
from lepasserelle.memory.store_entry import CODEC_DICTIONARY, EntryHead, file_name
from lepasserelle.memory.tier import TierPlace
from lepasserelle.memory.tiers import TieredStore

QUOTA = 4_000_000
WORDS = [f"{one}_{two}" for one in ("graph", "query", "cache", "table", "store") for two in ("node", "edge", "row", "name", "tier")]


def small(number: int) -> bytes:
    """A result like others of its kind: records with the same fields."""
    chance = random.Random(number)
    return b"".join(
        b'{"symbol": "%s.%s", "path": "package/%s/module.py", "line": %d, "resolution": "exact"},'
        % (*(chance.choice(WORDS).encode() for _ in range(3)), chance.randrange(9999))
        for _ in range(20)
    )


def opened(folder: Path, quota_bytes: int = QUOTA, *, dictionaries: bool = True) -> CacheStore:
    """A handle, as a process has it."""
    return CacheStore(folder, b"project", quota_bytes, dictionaries=dictionaries)


def fill(store: CacheStore, first: int = 0, count: int = SAMPLES, epoch: int = 1, kind: str = "slices") -> None:
    """Small entries, one after the other."""
    for number in range(first, first + count):
        store.put(kind, b"%d" % number, epoch, small(number))


def dictionaries(store: CacheStore) -> list[Path]:
    """Their files."""
    return sorted(store.path.glob("*.dict"))


def codec(store: CacheStore, number: int, epoch: int = 1) -> int:
    """What the entry of that number is packed with."""
    return store_entry.check((store.path / file_name("slices", epoch, b"%d" % number)).read_bytes())[1].codec


def test_it_is_off_unless_asked_for(tmp_path: Path) -> None:
    """By the figures of decision 302 no file takes fewer blocks. Not set in the program it is as the project's settings say."""
    assert MemoryConfig().store_dictionaries is None
    assert Settings().store_dictionaries is False
    with opened(tmp_path, dictionaries=False) as store:
        fill(store, count=2 * SAMPLES)
        assert dictionaries(store) == []


def test_entries_stored_after_it_was_trained_are_smaller_and_everybody_reads_them(tmp_path: Path) -> None:
    """Also who trains none, and those that were stored before."""
    with opened(tmp_path) as store, opened(tmp_path, dictionaries=False) as other:
        fill(store, count=SAMPLES + 20)
        (file,) = dictionaries(store)
        assert file.name.startswith("slices.1.")
        assert codec(store, 0) != CODEC_DICTIONARY
        assert codec(store, SAMPLES + 5) == CODEC_DICTIONARY
        alike = small(SAMPLES + 5)
        plain = store_entry.pack(EntryHead("slices", 1, b"%d" % (SAMPLES + 5)), alike)
        assert (store.stored_bytes("slices", b"%d" % (SAMPLES + 5), 1) or 0) < 0.9 * len(plain)
        for number in range(SAMPLES + 20):
            assert store.get("slices", b"%d" % number, 1) == other.get("slices", b"%d" % number, 1) == small(number)
        assert store.verify().damaged == other.verify().damaged == ()


def test_another_process_goes_on_with_the_one_that_is_there(tmp_path: Path) -> None:
    """It learns of it when it looks at the folder, and trains none of its own."""
    with opened(tmp_path) as store, opened(tmp_path) as other:
        fill(store)
        fill(other, SAMPLES, 2)
        assert codec(other, SAMPLES + 1) == CODEC_DICTIONARY
        fill(other, SAMPLES + 2, 2 * SAMPLES)
        assert len(dictionaries(store)) == 1


def test_it_belongs_to_one_kind_and_epoch_and_goes_with_them(tmp_path: Path) -> None:
    """What it was trained on is its version: a new generation has one of its own."""
    with opened(tmp_path) as store:
        fill(store)
        fill(store, epoch=2)
        fill(store, epoch=2, kind="analyze")
        assert [file.name.split(".")[:2] for file in dictionaries(store)] == [["analyze", "2"], ["slices", "1"], ["slices", "2"]]
        store.collect({2}, {"slices"})
        assert [file.name.split(".")[:2] for file in dictionaries(store)] == [["analyze", "2"], ["slices", "2"]]
        assert store.get("slices", b"1", 2) == small(1)
        store.clear()
        assert [path.name for path in store.path.iterdir()] == []
        fill(store, epoch=2)
        assert len(dictionaries(store)) == 1


def test_one_that_does_not_pay_is_not_kept(tmp_path: Path) -> None:
    """Judged on entries that it was not trained on."""
    samples = [random.Random(number).randbytes(2000) for number in range(SAMPLES)]
    assert trained(samples) is None
    assert trained([small(number) for number in range(SAMPLES)]) is not None
    assert trained([small(number) for number in range(3)]) is None
    with opened(tmp_path) as store:
        for number, sample in enumerate(samples):
            store.put("slices", b"%d" % number, 1, sample)
        assert dictionaries(store) == []


def test_it_counts_against_the_quota(tmp_path: Path) -> None:
    """And a quota that is small beside one has none."""
    quota_bytes = DICTIONARY_BYTES * QUOTA_SHARE * 3
    with opened(tmp_path, quota_bytes) as store:
        for number in range(3 * SAMPLES):
            store.put("slices", b"%d" % number, 1, small(number))
            held_bytes = sum(-(-path.stat().st_size // 4096) * 4096 for path in store.path.iterdir())
            assert held_bytes <= quota_bytes
            assert store.statistics().disk_bytes == held_bytes
        assert len(dictionaries(store)) == 1
    with opened(tmp_path / "small", DICTIONARY_BYTES * QUOTA_SHARE - 1) as store:
        fill(store)
        assert dictionaries(store) == []


def test_all_of_a_folder_are_bounded_by_its_quota(tmp_path: Path) -> None:
    """The kinds that come first have one; entries of the others are kept without, and a generation that goes makes room."""
    with opened(tmp_path, DICTIONARY_BYTES * QUOTA_SHARE * 2) as store:
        for kind in ("first", "second", "third"):
            fill(store, kind=kind)
            for number in range(SAMPLES):
                store.discard(kind, b"%d" % number, 1)
        assert [file.name.split(".")[0] for file in dictionaries(store)] == ["first", "second"]
        fill(store, kind="third", count=SAMPLES + 2)
        assert store.get("third", b"1", 1) == small(1)
        store.collect({2})
        fill(store, epoch=2, kind="third")
        assert [file.name.split(".")[:2] for file in dictionaries(store)] == [["third", "2"]]


def test_all_of_a_folder_are_bounded_whatever_its_quota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On disk and in memory; what was let go of is read again."""
    monkeypatch.setattr(store_dictionaries, "trained", lambda _: _dictionary_content())
    with opened(tmp_path, 1 << 40) as store:
        for number in range(MOST_DICTIONARIES + 3):
            fill(store, kind=f"kind{number}", count=SAMPLES + 1)
            assert len(store._dictionaries._known) <= MOST_KNOWN
        assert len(dictionaries(store)) == MOST_DICTIONARIES
        for number in range(MOST_DICTIONARIES + 3):
            assert store.get(f"kind{number}", b"%d" % SAMPLES, 1) == small(SAMPLES)
        assert len(store._dictionaries._known) <= MOST_KNOWN


@pytest.mark.parametrize("way", ["deleted", "cut", "flipped", "another"])
def test_entries_whose_dictionary_is_lost_are_computed_anew(tmp_path: Path, way: str) -> None:
    """They are told as damaged, never decoded with something else; those packed without it stay; a new one is trained."""
    with opened(tmp_path) as store:
        fill(store, count=SAMPLES + 4)
        (file,) = dictionaries(store)
        content = file.read_bytes()
    changed = {"cut": content[:-1], "flipped": content[:99] + bytes([content[99] ^ 1]) + content[100:]}
    with opened(tmp_path / "of others") as other:
        for number in range(SAMPLES):
            other.put("slices", b"%d" % number, 1, small(number).replace(b"package", b"project"))
        changed["another"] = dictionaries(other)[0].read_bytes()
    if way == "deleted":
        file.unlink()
    else:
        file.write_bytes(changed[way])
    with opened(tmp_path) as store:
        assert store.get("slices", b"%d" % (SAMPLES + 1), 1) is None
        assert store.get("slices", b"1", 1) == small(1)
        lost = {file_name("slices", 1, b"%d" % number) for number in (*range(SAMPLES - 1, SAMPLES + 1), SAMPLES + 2, SAMPLES + 3)}
        assert set(store.verify().damaged) == lost
        with pytest.raises(DamagedError, match="codec"):
            store_entry.unpack(store_entry.pack(EntryHead("slices", 1, b""), small(1), _dictionary()))
        fill(store, 2 * SAMPLES, 2 * SAMPLES)
        for number in range(2 * SAMPLES, 4 * SAMPLES):
            assert store.get("slices", b"%d" % number, 1) == small(number)
        assert codec(store, 4 * SAMPLES - 1) == CODEC_DICTIONARY
        assert len(dictionaries(store)) == 1


@lru_cache
def _dictionary_content() -> bytes:
    content = trained([small(number) for number in range(SAMPLES)])
    assert content is not None
    return content


def _dictionary() -> store_entry.Dictionary:
    import zstandard

    content = _dictionary_content()
    return store_entry.Dictionary(store_entry.content_digest(content), zstandard.ZstdCompressionDict(content))


def test_entries_move_between_tiers_that_have_dictionaries_of_their_own(tmp_path: Path) -> None:
    """An entry is handed over unpacked."""
    places = (TierPlace(tmp_path / "fast", DICTIONARY_BYTES * QUOTA_SHARE * 2), TierPlace(tmp_path / "slow", QUOTA))
    store = TieredStore(places, b"project", dictionaries=True)
    for number in range(4 * SAMPLES):
        store.put("slices", b"%d" % number, 1, small(number))
    assert store.counts.demoted > SAMPLES
    assert all(dictionaries(tier.store) for tier in store.tiers)
    for number in range(4 * SAMPLES):
        assert store.get("slices", b"%d" % number, 1) == small(number)
    store.close()


def test_what_is_stored_is_not_written_again_however_it_is_packed(tmp_path: Path) -> None:
    """Before there was a dictionary, with it, and by who makes none: the answer is there, and another one is not."""
    with opened(tmp_path) as store, opened(tmp_path, dictionaries=False) as other:
        fill(store, count=2 * SAMPLES)
        assert {codec(store, 0), codec(store, 2 * SAMPLES - 1)} > {CODEC_DICTIONARY}
        for one in (store, other):
            written_bytes = one.written_bytes
            fill(one, count=2 * SAMPLES)
            assert one.written_bytes == written_bytes
            for number in range(2 * SAMPLES):
                assert one.holds("slices", b"%d" % number, 1, small(number))
                assert not one.holds("slices", b"%d" % number, 1, small(number + 1))


def test_one_that_the_disk_has_damaged_is_written_with_no_more_and_found(tmp_path: Path) -> None:
    """Also by the process that knows what it was: what it stores afterwards is read by everybody."""
    with opened(tmp_path) as store:
        fill(store, count=SAMPLES + 20)
        (file,) = dictionaries(store)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        fill(store, first=1000, count=5)
        with opened(tmp_path) as other:
            assert [other.get("slices", b"%d" % number, 1) for number in range(1000, 1005)] == list(map(small, range(1000, 1005)))
        with_it = [number for number in range(SAMPLES + 20) if codec(store, number) == CODEC_DICTIONARY]
        assert with_it
        assert len(store.verify().damaged) == len(with_it)
