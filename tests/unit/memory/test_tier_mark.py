"""The id that a tier's folder has: whether another process finds the folder that was there before."""

import os
import threading
import warnings
from pathlib import Path

import pytest
from memory_fixture import closed_after

from lepasserelle.errors import StorageError
from lepasserelle.memory.store_voice import StoreWarning
from lepasserelle.memory.tier_mark import TierMark, Whereabouts
from lepasserelle.memory.tiers import REST_S, TieredStore, TierPlace

KIND = "analyze"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder where it is remembered."""
    folder = tmp_path / "index"
    folder.mkdir()
    return folder


def mark(tmp_path: Path) -> TierMark:
    """As another process has it."""
    return TierMark(tmp_path / "slow", tmp_path / "index" / "slow-tier")


def used(tmp_path: Path) -> TierMark:
    """Of a folder in which something was written."""
    (tmp_path / "slow").mkdir(exist_ok=True)
    one = mark(tmp_path)
    assert one.look().whereabouts is Whereabouts.THERE
    one.leave()
    return one


def remembered_on(tmp_path: Path, device: int) -> None:
    """What is remembered, as if it had been on that device; written as earlier versions did, without checksums."""
    path = tmp_path / "index" / "slow-tier"
    document = path.read_text().splitlines()[0].rpartition(" ")[0]
    path.write_text(document.replace(str(tmp_path.stat().st_dev), str(device)))


def elsewhere(tmp_path: Path) -> Path:
    """A folder on another device."""
    other = Path("/dev/shm")  # another device is what this is about
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second device")
    return other


def test_a_look_while_another_thread_leaves_the_id_finds_the_folder_there(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the id was written is no sign of another folder; it was told as a mount that went."""
    (tmp_path / "slow").mkdir()
    one = mark(tmp_path)
    read = one._read_id

    def read_before_it_is_left() -> object:
        found = read()
        monkeypatch.undo()
        one.leave()
        return found

    monkeypatch.setattr(one, "_read_id", read_before_it_is_left)
    assert one.look().whereabouts is Whereabouts.THERE
    assert (tmp_path / "slow" / "spilled" / "tier-id").exists()
    assert one.look().whereabouts is Whereabouts.THERE


def test_the_next_process_finds_the_folder_that_it_was(project: Path, tmp_path: Path) -> None:
    """Also when it was moved away and back, and copied to another place with its files."""
    used(tmp_path)
    assert mark(tmp_path).look().whereabouts is Whereabouts.THERE
    (tmp_path / "slow").rename(tmp_path / "away")
    assert mark(tmp_path).look() == (Whereabouts.GONE, "its folder is not there any more")
    (tmp_path / "slow").mkdir()
    found = mark(tmp_path).look()
    assert found.whereabouts is Whereabouts.GONE, "empty, on the same disk: somebody emptied it"
    assert "mount" in found.why
    (tmp_path / "slow").rmdir()
    (tmp_path / "away").rename(tmp_path / "slow")
    assert mark(tmp_path).look().whereabouts is Whereabouts.THERE
    assert (project / "slow-tier").is_file()


def test_a_mount_point_without_its_mount_is_elsewhere_for_the_next_process(project: Path, tmp_path: Path) -> None:
    """An empty folder of another device, and a place on another device where the folder would be made."""
    other = elsewhere(tmp_path)
    used(tmp_path)
    remembered_on(tmp_path, other.stat().st_dev)
    (tmp_path / "slow").rename(tmp_path / "away")
    for _ in range(2):
        found = mark(tmp_path).look()
        assert found.whereabouts is Whereabouts.ELSEWHERE
        assert "leindex cache clear" in found.why
        (tmp_path / "slow").mkdir(exist_ok=True)


def test_what_is_remembered_of_another_folder_says_nothing(project: Path, tmp_path: Path) -> None:
    """The setting was changed; or what is remembered cannot be read."""
    used(tmp_path)
    assert TierMark(tmp_path / "other", project / "slow-tier").look().whereabouts is Whereabouts.THERE
    for damaged in (b"", b"{", b'{"folder": 1}', os.urandom(50)):
        (project / "slow-tier").write_bytes(damaged)
        assert mark(tmp_path).look().whereabouts is Whereabouts.THERE


def test_processes_that_come_first_at_once_leave_one_id(project: Path, tmp_path: Path) -> None:
    """None of them takes the folder for another one afterwards."""
    (tmp_path / "slow").mkdir()
    marks = [TierMark(tmp_path / "slow", project / f"mark{number}") for number in range(8)]
    gate = threading.Barrier(len(marks))

    def leave(one: TierMark) -> None:
        gate.wait(60)
        one.leave()

    threads = [threading.Thread(target=leave, args=(one,)) for one in marks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(project / f"mark{number}").read_bytes() for number in range(8)}) == 1
    assert not list((tmp_path / "slow").rglob("*.tmp"))


def stored(tmp_path: Path, clock: list[float]) -> TieredStore:
    """Tiers whose fast one keeps nothing."""
    places = [TierPlace(tmp_path / "fast", 0), TierPlace(tmp_path / "slow", 1_000_000, mark(tmp_path))]
    return closed_after(TieredStore(places, b"p", clock=lambda: clock[0]))


def test_an_empty_mount_point_is_not_filled_by_the_next_process(project: Path, tmp_path: Path) -> None:
    """One warning, and the answer stays with its owner, until the mount is back or the store is cleared."""
    other = elsewhere(tmp_path)
    clock = [0.0]
    stored(tmp_path, clock).put(KIND, b"k", 1, b"answer")
    remembered_on(tmp_path, other.stat().st_dev)
    (tmp_path / "slow").rename(tmp_path / "away")
    (tmp_path / "slow").mkdir()
    store = stored(tmp_path, clock)
    with pytest.warns(StoreWarning, match="cache clear"):
        assert store.get(KIND, b"k", 1) is None
    for _ in range(3):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(StorageError, match="no tier"):
                store.put(KIND, b"n", 1, b"new")
        clock[0] += 2 * REST_S
    assert list((tmp_path / "slow").iterdir()) == []
    (tmp_path / "slow").rmdir()
    (tmp_path / "away").rename(tmp_path / "slow")
    assert store.get(KIND, b"k", 1) == b"answer"
    (tmp_path / "slow").rename(tmp_path / "away")
    (tmp_path / "slow").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store.clear()
        store.put(KIND, b"n", 1, b"new")
        assert stored(tmp_path, clock).get(KIND, b"n", 1) == b"new"


def test_a_folder_that_was_emptied_is_used_again_after_a_rest(project: Path, tmp_path: Path) -> None:
    """On the same disk: it was said once, and the next process has the new one for its own."""
    clock = [0.0]
    stored(tmp_path, clock).put(KIND, b"k", 1, b"answer")
    before = (project / "slow-tier").read_bytes()
    (tmp_path / "slow").rename(tmp_path / "away")
    store = stored(tmp_path, clock)
    with pytest.warns(StoreWarning, match="not there any more"):
        assert store.get(KIND, b"k", 1) is None
    assert not (tmp_path / "slow").exists()
    clock[0] += REST_S
    store.put(KIND, b"n", 1, b"new")
    assert (project / "slow-tier").read_bytes() != before
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert stored(tmp_path, clock).get(KIND, b"n", 1) == b"new"


def test_another_whole_id_is_another_folder(project: Path, tmp_path: Path) -> None:
    """On the same disk: begun anew after a rest, with all that lies there."""
    clock = [0.0]
    stored(tmp_path, clock).put(KIND, b"k", 1, b"answer")
    (tmp_path / "slow" / "spilled" / "tier-id").write_bytes(b"0" * 32 + b"\n")
    store = stored(tmp_path, clock)
    with pytest.warns(StoreWarning, match="not there any more"):
        assert store.get(KIND, b"k", 1) is None
    clock[0] += REST_S
    assert store.get(KIND, b"k", 1) == b"answer"
    store.put(KIND, b"n", 1, b"new")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        following = stored(tmp_path, clock)
        assert (following.get(KIND, b"k", 1), following.get(KIND, b"n", 1)) == (b"answer", b"new")


@pytest.mark.parametrize("name", ["slow/spilled/tier-id", "index/slow-tier"])
@pytest.mark.parametrize("damaged", [b"", b"\xff" * 33, b"0" * 20, b"{", b"\0" * 4096])
def test_a_damaged_mark_is_told_and_mended_and_costs_nothing(project: Path, tmp_path: Path, name: str, damaged: bytes) -> None:
    """By the first question, from the other file: what it was stands there again, and the next process says nothing."""
    stored(tmp_path, [0.0]).put(KIND, b"k", 1, b"answer")
    files = tmp_path / "slow" / "spilled" / "tier-id", project / "slow-tier"
    before = [path.read_bytes() for path in files]
    (tmp_path / name).write_bytes(damaged)
    with pytest.warns(StoreWarning, match="is damaged.*written anew") as told:
        assert stored(tmp_path, [0.0]).get(KIND, b"k", 1) == b"answer"
    assert len(told) == 1
    assert [path.read_bytes() for path in files] == before
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert stored(tmp_path, [0.0]).get(KIND, b"k", 1) == b"answer"


@pytest.mark.parametrize("name", ["slow/spilled/tier-id", "index/slow-tier"])
def test_whichever_bit_flips_the_folder_is_the_one_that_it_was(project: Path, tmp_path: Path, name: str) -> None:
    """One bit of each byte; and what is remembered of it is whole again after a look that mends."""
    used(tmp_path)
    before = (tmp_path / name).read_bytes()
    for number in range(len(before)):
        flipped = bytearray(before)
        flipped[number] ^= 1 << number % 8
        (tmp_path / name).write_bytes(flipped)
        found = mark(tmp_path)
        assert found.look().whereabouts is Whereabouts.THERE
        assert found.damage
        with pytest.warns(StoreWarning, match="is damaged"):
            found.mend()
        assert (tmp_path / name).read_bytes() == before


def test_files_without_checksums_are_read_and_get_them(project: Path, tmp_path: Path) -> None:
    """As earlier versions wrote them: the same id, also for another project that has the folder."""
    used(tmp_path)
    path = tmp_path / "slow" / "spilled" / "tier-id"
    sealed = path.read_bytes(), (project / "slow-tier").read_bytes()
    remembered_on(tmp_path, tmp_path.stat().st_dev)
    path.write_bytes(sealed[0][:32] + b"\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        following = mark(tmp_path)
        assert following.look().whereabouts is Whereabouts.THERE
        following.mend()
        following.leave()
    assert (path.read_bytes(), (project / "slow-tier").read_bytes()) == sealed


@pytest.mark.parametrize("is_there", [True, False])
def test_a_damaged_digit_of_an_id_without_checksum_is_damage(project: Path, tmp_path: Path, is_there: bool) -> None:
    """Of either file: no two ids that were drawn are so near. Both are one again after it was told."""
    used(tmp_path)
    path = tmp_path / "slow" / "spilled" / "tier-id"
    remembered_on(tmp_path, tmp_path.stat().st_dev)
    own_id = path.read_text()[:32]
    path.write_text(f"{own_id}\n")
    damaged = path if is_there else project / "slow-tier"
    damaged.write_text(damaged.read_text().replace(own_id, own_id[:3] + ("1" if own_id[3] == "0" else "0") + own_id[4:]))
    found = mark(tmp_path)
    assert found.look().whereabouts is Whereabouts.THERE
    with pytest.warns(StoreWarning, match="is damaged"):
        found.mend()
    assert path.read_text()[:32] in (project / "slow-tier").read_text()
    following = mark(tmp_path)
    assert (following.look().whereabouts, following.damage) == (Whereabouts.THERE, "")


def test_on_another_device_a_damaged_id_is_the_one_when_a_whole_entry_says_so(project: Path, tmp_path: Path) -> None:
    """Without one it could be anybody's: nothing is written there, and what is said is that it is damaged."""
    other = elsewhere(tmp_path)
    stored(tmp_path, [0.0]).put(KIND, b"k", 1, b"answer")
    remembered_on(tmp_path, other.stat().st_dev)
    (tmp_path / "slow" / "spilled" / "tier-id").write_bytes(b"damaged")
    own = [TierMark(tmp_path / "slow", project / "slow-tier", project=name) for name in (b"p", b"another")]
    assert own[0].look().whereabouts is Whereabouts.THERE
    found = own[1].look()
    assert found.whereabouts is Whereabouts.ELSEWHERE
    assert "tier-id is damaged" in found.why
    (entry,) = (tmp_path / "slow").glob("spilled/*/entries-1/*")
    entry.write_bytes(entry.read_bytes()[:-1])
    assert TierMark(tmp_path / "slow", project / "slow-tier", project=b"p").look().whereabouts is Whereabouts.ELSEWHERE
