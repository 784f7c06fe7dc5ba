"""The store of spilled entries: found again by kind, epoch and key, bounded, collected, checked, shared."""

import os
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest
from memory_fixture import closed_after

from lepasserelle.durable.steps import observed
from lepasserelle.errors import CacheError, StorageError, StoreFullError
from lepasserelle.memory import store as stores
from lepasserelle.memory import store_entry, store_folder
from lepasserelle.memory.analysis import AnalysisCache
from lepasserelle.memory.codecs import RAW
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_voice import StoreWarning

QUOTA = 1_000_000
BLOCK = 4096
PROJECT = b"/home/someone/project"


def opened(folder: Path, quota_bytes: int = QUOTA, project: bytes = PROJECT) -> CacheStore:
    """Another handle on the same store, as another process has it."""
    return closed_after(CacheStore(folder, project, quota_bytes))


@pytest.fixture
def store(tmp_path: Path) -> CacheStore:
    """An empty store."""
    return opened(tmp_path)


def files(store: CacheStore) -> list[Path]:
    """Files of entries."""
    return sorted(store.path.iterdir()) if store.path.exists() else []


def damage(path: Path) -> None:
    """Flip one bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def test_entry_is_found_by_kind_epoch_and_key_together(store: CacheStore) -> None:
    """Each of the three makes another entry; the same three replace."""
    store.put("analysis", b"k", 1, b"one")
    store.put("analysis", b"k", 2, b"two")
    store.put("slice", b"k", 1, b"three")
    store.put("analysis", b"K", 1, b"")
    assert store.get("analysis", b"k", 1) == b"one"
    assert store.get("analysis", b"k", 2) == b"two"
    assert store.get("slice", b"k", 1) == b"three"
    assert store.get("analysis", b"K", 1) == b""
    assert store.get("slice", b"k", 2) is None
    store.put("analysis", b"k", 1, b"one more")
    assert store.get("analysis", b"k", 1) == b"one more"
    assert store.statistics().total.entries == 4


def test_opening_asking_and_counting_touch_nothing(tmp_path: Path) -> None:
    """A read-only place is no trouble until something is to be kept."""
    store = opened(tmp_path / "not" / "there")
    assert store.get("analysis", b"k", 1) is None
    assert store.stored_bytes("analysis", b"k", 1) is None
    assert list(store.entries()) == []
    assert store.verify().entries == store.statistics().total.entries == store.clear() == store.collect({1}) == 0
    assert not store.discard("analysis", b"k", 1)
    assert list(tmp_path.iterdir()) == []


def test_entries_survive_the_process(tmp_path: Path) -> None:
    """A new handle finds them, counts them and knows which were used."""
    with opened(tmp_path) as store:
        store.put("analysis", b"k", 1, b"one" * 1000)
        store.put("slice", b"k", 1, b"two")
    again = opened(tmp_path)
    assert again.get("analysis", b"k", 1) == b"one" * 1000
    assert {kind: counts.entries for kind, counts in again.statistics().kinds.items()} == {"analysis": 1, "slice": 1}


def test_projects_in_one_folder_do_not_meet(tmp_path: Path) -> None:
    """Same kind, epoch and key in another project is another entry, and clearing one leaves the other."""
    one, other = opened(tmp_path, project=b"/a"), opened(tmp_path, project=b"/b")
    one.put("analysis", b"k", 1, b"one")
    assert other.get("analysis", b"k", 1) is None
    other.put("analysis", b"k", 1, b"other")
    assert one.clear() > 0
    assert other.get("analysis", b"k", 1) == b"other"
    assert (tmp_path / "spilled" / ".gitignore").read_text() == "*\n"


@pytest.mark.skipif(sys.platform == "win32", reason="file modes")
def test_nobody_else_reads_what_was_asked(store: CacheStore) -> None:
    """Entries hold questions and pieces of code, and a cache folder may lie anywhere."""
    store.put("analysis", b"k", 1, b"one")
    assert store.path.parent.stat().st_mode & 0o777 == 0o700


def test_entries_are_listed_by_kind_without_their_payloads(store: CacheStore) -> None:
    """The whole key comes back, also one longer than the first read; a flip in a payload is not seen, since it is not read."""
    long_key = os.urandom(store_entry.HEAD_READ_BYTES * 2)
    store.put("analysis", b"k", 1, os.urandom(20_000))
    store.put("analysis", long_key, 2, b"x")
    store.put("slice", b"s", 3, b"y")
    assert {(entry.kind, entry.epoch, entry.key) for entry in store.entries("analysis")} == {
        ("analysis", 1, b"k"),
        ("analysis", 2, long_key),
    }
    assert {entry.kind for entry in store.entries()} == {"analysis", "slice"}
    for entry in store.entries():
        assert entry.size_bytes == store.stored_bytes(entry.kind, entry.key, entry.epoch) > 0
    with observed(lambda name: pytest.fail(name)):
        damage(store.path / store_entry.file_name("analysis", 1, b"k"))
        assert len(list(store.entries("analysis"))) == 2


def test_quota_holds_after_every_put_and_used_entries_stay(store: CacheStore) -> None:
    """In blocks of the disk; what was used once outlives what was not."""
    for number in range(10):
        store.put("analysis", b"used%d" % number, 1, os.urandom(5000))
        assert store.get("analysis", b"used%d" % number, 1) is not None
    for number in range(230):
        store.put("analysis", b"once%d" % number, 1, os.urandom(5000))
        assert sum(-(-path.stat().st_size // BLOCK) * BLOCK for path in files(store)) <= QUOTA
    assert all(store.get("analysis", b"used%d" % number, 1) for number in range(10))
    statistics = store.statistics()
    total = statistics.total
    assert total.entries == len(files(store)) == total.puts - total.evictions
    assert total.bytes == sum(path.stat().st_size for path in files(store))
    assert statistics.disk_bytes <= statistics.quota_bytes == QUOTA


def test_use_is_remembered_over_a_restart(tmp_path: Path) -> None:
    """The next process does not evict first what this one used."""
    store = opened(tmp_path)
    for number in range(40):
        store.put("analysis", b"%d" % number, 1, os.urandom(20_000))
    for number in range(5):
        store.get("analysis", b"%d" % number, 1)
    store.close()
    again = opened(tmp_path)
    for number in range(100, 135):
        again.put("analysis", b"%d" % number, 1, os.urandom(20_000))
    assert again.statistics().total.evictions > 20
    assert all(again.get("analysis", b"%d" % number, 1) for number in range(5))


def test_entry_over_the_quota_is_refused_and_costs_the_others_nothing(store: CacheStore) -> None:
    """The error is of both families and says sizes; the entries are all there."""
    store.put("analysis", b"k", 1, b"one")
    with pytest.raises(StoreFullError, match=r"1\.2 MB does not fit.*1\.0 MB.*store_quota_bytes") as caught:
        store.put("analysis", b"large", 1, os.urandom(1_200_000))
    assert isinstance(caught.value, CacheError)
    assert isinstance(caught.value, StorageError)
    assert store.get("analysis", b"k", 1) == b"one"
    assert store.get("analysis", b"large", 1) is None
    assert store.statistics().total.refused == 1
    assert "does not fit" in (store.problem or "")
    store.put("analysis", b"k", 1, b"two")
    assert store.problem is None


def test_quota_of_nothing_keeps_nothing(tmp_path: Path) -> None:
    """That is how the store is turned off."""
    with pytest.raises(StoreFullError):
        opened(tmp_path, 0).put("analysis", b"k", 1, b"")
    assert list(tmp_path.iterdir()) == []


def test_smaller_quota_after_a_restart_is_kept(tmp_path: Path) -> None:
    """What no longer fits goes at the first look."""
    store = opened(tmp_path)
    for number in range(20):
        store.put("analysis", b"%d" % number, 1, os.urandom(20_000))
    store.close()
    again = opened(tmp_path, 100_000)
    assert again.get("analysis", b"1", 1) is not None
    assert again.statistics().disk_bytes <= 100_000
    assert 0 < len(files(again)) <= 4


def test_number_of_entries_is_bounded_too(store: CacheStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names take memory."""
    monkeypatch.setattr(stores, "MOST_ENTRIES", 10)
    for number in range(30):
        store.put("analysis", b"%d" % number, 1, b"x")
    assert store.statistics().total.entries == 10


def test_dead_epochs_are_collected_and_live_ones_stay(store: CacheStore) -> None:
    """Of all kinds, or of those that are named."""
    for epoch in (1, 2, 3):
        for kind in ("analysis", "slice"):
            store.put(kind, b"k", epoch, b"%d" % epoch)
    assert store.collect({2, 3}, kinds={"slice"}) > 0
    assert store.get("analysis", b"k", 1) == b"1"
    assert store.get("slice", b"k", 1) is None
    store.collect({3})
    assert [(entry.kind, entry.epoch) for entry in store.entries()] == [("analysis", 3), ("slice", 3)]
    assert {kind: counts.collected for kind, counts in store.statistics().kinds.items()} == {"analysis": 2, "slice": 2}
    assert store.collect({3}) == 0


def test_what_another_handle_wrote_is_collected_too(tmp_path: Path) -> None:
    """A collection looks at the folder, not at what this process remembers."""
    one, other = opened(tmp_path), opened(tmp_path)
    one.put("analysis", b"mine", 1, b"x")
    other.put("analysis", b"other", 1, b"x")
    one.collect(set())
    assert other.get("analysis", b"other", 1) is None
    assert files(one) == []


def test_damaged_entry_is_none_once_and_put_aside(store: CacheStore) -> None:
    """Counted by kind; the place is free for the entry computed anew."""
    store.put("analysis", b"k", 1, b"one" * 300)
    damage(files(store)[0])
    assert store.get("analysis", b"k", 1) is None
    assert files(store) == []
    assert store.statistics().kinds["analysis"].damaged == 1
    assert store.statistics().quarantined == 1
    assert store.get("analysis", b"k", 1) is None
    assert store.statistics().total.damaged == 1
    store.put("analysis", b"k", 1, b"one" * 300)
    assert store.get("analysis", b"k", 1) == b"one" * 300


def test_file_under_another_name_is_found_out(store: CacheStore) -> None:
    """The content says which entry it is, so a renamed file is no answer to another question."""
    store.put("analysis", b"a", 1, b"of a")
    store.put("analysis", b"b", 1, b"of b")
    shutil.copy(store.path / store_entry.file_name("analysis", 1, b"a"), store.path / store_entry.file_name("analysis", 1, b"b"))
    shutil.copy(store.path / store_entry.file_name("analysis", 1, b"a"), store.path / store_entry.file_name("analysis", 2, b"a"))
    assert store.get("analysis", b"b", 1) is None
    assert [(entry.epoch, entry.key) for entry in store.entries()] == [(1, b"a")]
    assert store.get("analysis", b"a", 1) == b"of a"
    assert store.statistics().total.damaged == 2


def test_keys_with_the_same_digest_are_never_taken_for_each_other(store: CacheStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were two keys ever to meet in one file name, the whole key decides, and nothing is called damaged."""
    monkeypatch.setattr(store_entry, "digest", lambda _: "0" * 40)
    store.put("analysis", b"a", 1, b"of a")
    assert store.get("analysis", b"b", 1) is None
    store.put("analysis", b"b", 1, b"of b")
    assert store.get("analysis", b"b", 1) == b"of b"
    assert store.get("analysis", b"a", 1) is None
    assert store.verify().damaged == ()
    assert store.statistics().total.damaged == 0


def test_verify_reads_all_and_names_what_is_damaged(store: CacheStore) -> None:
    """Whole entries stay; the others are put aside, of whatever kind."""
    for number in range(12):
        store.put("analysis", b"%d" % number, 1, os.urandom(3000))
    for path in files(store)[:3]:
        damage(path)
    files(store)[3].write_bytes(b"")
    names = {path.name for path in files(store)[:4]}
    check = store.verify()
    assert set(check.damaged) == names
    assert (check.entries, check.put_aside, check.unreadable) == (12, 4, ())
    assert store.verify() == stores.StoreCheck(8, sum(path.stat().st_size for path in files(store)), (), 0, ())
    assert store.statistics().total.damaged == 4


def test_quarantine_keeps_the_latest_few(store: CacheStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """By number and by bytes, and `clear` empties it."""
    monkeypatch.setattr(store_folder, "QUARANTINE_FILES", 3)
    for number in range(6):
        store.put("analysis", b"%d" % number, 1, b"x" * 100)
        damage(files(store)[0])
        assert store.get("analysis", b"%d" % number, 1) is None
    assert store.statistics().quarantined == 3
    monkeypatch.setattr(store_folder, "QUARANTINE_BYTES", 200)
    store.put("analysis", b"k", 1, b"x" * 100)
    damage(files(store)[0])
    assert store.get("analysis", b"k", 1) is None
    assert store.statistics().quarantined == 1
    store.clear()
    assert store.statistics().quarantined == 0


def test_clear_removes_everything_and_says_how_much(store: CacheStore) -> None:
    """Also what another handle wrote; a stranger's file is left."""
    store.put("analysis", b"k", 1, b"one")
    opened(store.path.parents[2]).put("slice", b"k", 1, b"two")
    (store.path / "README").write_text("not ours")
    expected = sum(path.stat().st_size for path in files(store) if path.name != "README")
    assert store.clear() == expected
    assert [path.name for path in files(store)] == ["README"]
    assert store.statistics().total.entries == store.statistics().disk_bytes == 0


def test_discard_removes_one_entry(store: CacheStore) -> None:
    """Once."""
    store.put("analysis", b"k", 1, b"one")
    assert store.discard("analysis", b"k", 1)
    assert not store.discard("analysis", b"k", 1)
    assert store.get("analysis", b"k", 1) is None


def test_same_entry_again_is_not_written_again(store: CacheStore) -> None:
    """An answer that came back and leaves once more costs one read; a damaged or other one is written."""
    store.put("analysis", b"k", 1, b"one" * 500)
    seen: list[str] = []
    with observed(seen.append):
        store.put("analysis", b"k", 1, b"one" * 500)
        assert seen == []
        damage(files(store)[0])
        store.put("analysis", b"k", 1, b"one" * 500)
    assert "store.entry.renamed" in seen
    assert store.get("analysis", b"k", 1) == b"one" * 500
    assert store.statistics().total.puts == 2


def test_hits_and_misses_are_counted_by_kind(store: CacheStore) -> None:
    """And by nothing else."""
    store.put("analysis", b"k", 1, b"one")
    for _ in range(3):
        store.get("analysis", b"k", 1)
    store.get("slice", b"k", 1)
    kinds = store.statistics(look=False).kinds
    assert (kinds["analysis"].hits, kinds["analysis"].misses) == (3, 0)
    assert (kinds["slice"].hits, kinds["slice"].misses, kinds["slice"].entries) == (0, 1, 0)
    assert (store.statistics().total.hits, store.statistics().total.misses) == (3, 1)


def test_two_handles_see_each_others_entries_and_keep_the_quota_together(tmp_path: Path) -> None:
    """Two writers stay within the quota and 1/32 of it; each answers what the other wrote."""
    quota_bytes = 1 << 21
    one, other = opened(tmp_path, quota_bytes), opened(tmp_path, quota_bytes)
    for number in range(230):
        (one if number % 2 else other).put("analysis", b"%d" % number, 1, os.urandom(12_000))
        disk_bytes = sum(-(-path.stat().st_size // BLOCK) * BLOCK for path in files(one))
        assert disk_bytes <= quota_bytes + quota_bytes // stores.LOOK_SHARE
        assert (other if number % 2 else one).get("analysis", b"%d" % number, 1) is not None
    one.statistics()
    assert one.statistics().total.entries == len(files(one))


def test_entry_that_another_handle_removed_is_a_miss(tmp_path: Path) -> None:
    """And evicting it here is no error."""
    one, other = opened(tmp_path, 50_000), opened(tmp_path, 50_000)
    for number in range(5):
        one.put("analysis", b"%d" % number, 1, os.urandom(5000))
    other.clear()
    assert one.get("analysis", b"1", 1) is None
    for number in range(10):
        one.put("analysis", b"n%d" % number, 1, os.urandom(5000))
    assert one.statistics().total.entries == len(files(one)) == 6


def test_unfinished_files_of_the_dead_are_removed_and_those_of_the_living_are_not(tmp_path: Path) -> None:
    """Who is alone removes them at its first write; beside another only those that are an hour old go."""
    with opened(tmp_path) as first:
        first.put("analysis", b"k", 1, b"x")
        left = first.path / ".analysis.1.abc.4242-abcdef.tmp"
        left.write_bytes(b"half" * 2000)
        second = opened(tmp_path)
        second.put("analysis", b"l", 1, b"x")
        assert left.exists()
        assert second.statistics().disk_bytes == 4 * BLOCK
        second.close()
        old = time.time() - store_folder.STALE_AFTER_S - 60
        os.utime(left, (old, old))
        first.statistics()
        assert not left.exists()
        left.write_bytes(b"half")
    with opened(tmp_path) as third:
        third.put("analysis", b"m", 1, b"x")
        assert not left.exists()


def test_vanished_folder_is_an_empty_store_that_is_made_anew(store: CacheStore) -> None:
    """Somebody cleaned up: nothing is found, and the next entry is kept."""
    store.put("analysis", b"k", 1, b"one")
    shutil.rmtree(store.path.parents[1])
    assert store.get("analysis", b"k", 1) is None
    assert store.statistics().total.entries == 0
    store.put("analysis", b"k", 1, b"two")
    assert store.get("analysis", b"k", 1) == b"two"
    with opened(store.path.parents[2]) as other:
        other.put("analysis", b"l", 1, b"x")


def test_something_else_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    """Keeping is an error that names the setting; asking warns once and finds nothing."""
    (tmp_path / "spilled").write_text("a file")
    store = opened(tmp_path)
    with pytest.raises(StorageError, match="cache_dir"):
        store.put("analysis", b"k", 1, b"one")
    with pytest.warns(StoreWarning, match="cannot read stored entries"):
        assert store.get("analysis", b"k", 1) is None
    assert store.get("analysis", b"k", 1) is None
    assert store.statistics().problem is not None


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
def test_thing_that_is_no_file_is_not_waited_for(store: CacheStore) -> None:
    """A named pipe or a folder under an entry's name is not read and does not block."""
    store.put("analysis", b"k", 1, b"one")
    pipe = store.path / store_entry.file_name("analysis", 1, b"pipe")
    os.mkfifo(pipe)
    folder = store.path / store_entry.file_name("analysis", 1, b"folder")
    folder.mkdir()
    with pytest.warns(StoreWarning):
        assert store.get("analysis", b"pipe", 1) is None
    assert store.get("analysis", b"folder", 1) is None
    assert store.statistics().total.entries == 1
    with pytest.raises(StorageError):
        store.put("analysis", b"folder", 1, b"x")


def test_threads_at_once_lose_nothing(store: CacheStore) -> None:
    """Writers, readers and a verifier; afterwards the account is the folder's."""
    wrong: list[object] = []

    def work(thread: int) -> None:
        for number in range(25):
            key = b"%d" % (number % 7)
            store.put("analysis", key, thread % 2, key * 1000)
            found = store.get("analysis", key, thread % 2)
            if found != key * 1000:
                wrong.append(found)
        if store.verify().damaged:
            wrong.append("damaged")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.statistics(look=False).total.entries == len(files(store)) == 14


def test_entry_does_not_wait_for_the_device(store: CacheStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spilling is wanted because memory is short; what a loss of power cuts off is found out by its checksum."""
    store.put("analysis", b"first", 1, b"makes the folder")
    monkeypatch.setattr("lepasserelle.durable.atomic.sync_file", lambda _: pytest.fail("waited for a file"))
    monkeypatch.setattr("lepasserelle.durable.atomic.sync_folder", lambda _: pytest.fail("waited for a folder"))
    store.put("analysis", b"k", 1, b"one")
    assert store.get("analysis", b"k", 1) == b"one"


def test_analysis_cache_spills_into_it_and_finds_it_again(store: CacheStore) -> None:
    """The two fit by shape: what left memory comes back, decoded, also in the next process."""
    cache = AnalysisCache(1_000_000, store)
    kind = cache.register("analysis", RAW)
    for number in range(20):
        cache.put(kind, b"%d" % number, 1, b"answer %d" % number * 100)
    assert cache.spill(cache.resident_bytes()) > 0
    assert store.statistics().total.entries == 20
    assert cache.get(kind, b"7", 1) == b"answer 7" * 100
    later = AnalysisCache(1_000_000, opened(store.path.parents[2]))
    assert later.get(later.register("analysis", RAW), b"8", 1) == b"answer 8" * 100
    assert later.counts.store_hits == 1
