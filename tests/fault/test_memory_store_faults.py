"""kill -9 at every step, full disks, limits, read-only media, flipped bits, several processes: the store stays whole or says so."""

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dying import die_at
from storage_run import Child, in_child

from lepasserelle.durable.steps import observed
from lepasserelle.errors import StorageError, StoreFullError
from lepasserelle.memory import store_entry
from lepasserelle.memory.store import LOOK_SHARE, CacheStore
from lepasserelle.memory.store_voice import StoreWarning

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, limits and mounts")

QUOTA = 120_000
ROOT = os.name == "posix" and os.geteuid() == 0
OLD = {b"%d" % number: random.Random(number).randbytes(9_000) for number in range(9)}
NEW = {b"3": b"three anew" * 300, b"n": random.Random(99).randbytes(30_000), b"m": b"small"}
ALL = OLD | NEW


def opened(folder: Path, quota_bytes: int = QUOTA) -> CacheStore:
    """A handle, as a process has it."""
    return CacheStore(folder, b"project", quota_bytes)


def fill(folder: Path) -> None:
    """The store before anything goes wrong: 9 entries of 12 kB on the disk."""
    with opened(folder) as store:
        for key, payload in OLD.items():
            store.put("analysis", key, 1, payload)


def work(folder: Path) -> None:
    """Everything that writes: replaces, evicts, collects, puts aside, clears another epoch."""
    with opened(folder) as store:
        for key, payload in NEW.items():
            store.put("analysis", key, 1, payload)
        store.put("slice", b"dead", 0, b"of a dead epoch")
        store.get("analysis", b"n", 1)
        store.collect({1})
        victim = store.path / store_entry.file_name("analysis", 1, b"m")
        victim.write_bytes(victim.read_bytes()[:-1])
        store.get("analysis", b"m", 1)
        store.put("analysis", b"m", 1, NEW[b"m"])


def assert_whole(folder: Path) -> int:
    """Every answer is one that was put; nothing is damaged but what `work` damaged itself; returns how many were found."""
    with opened(folder) as store:
        found = 0
        for key in ALL:
            payload = store.get("analysis", key, 1)
            assert payload in (None, OLD.get(key), NEW.get(key))
            found += payload is not None
        m = store_entry.file_name("analysis", 1, b"m")
        assert set(store.verify().damaged) <= {m}
        return found


def assert_usable(folder: Path) -> None:
    """The next process works as if nothing had been, and leaves nothing unfinished."""
    work(folder)
    with opened(folder) as store:
        assert store.get("analysis", b"n", 1) in (None, NEW[b"n"])  # it may have made way
        assert store.get("analysis", b"m", 1) == NEW[b"m"]
        assert store.statistics().disk_bytes <= QUOTA
        store.clear()
        assert [path.name for path in store.path.iterdir()] == []


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled store."""
    folder = tmp_path_factory.mktemp("store")
    fill(folder)
    return folder


def steps_of_work(folder: Path) -> list[str]:
    """Names of all steps."""
    seen: list[str] = []
    with observed(seen.append):
        work(folder)
    return seen


def test_kill_at_every_step_leaves_a_whole_store(first: Path, tmp_path: Path) -> None:
    """Old entries are old or new or evicted, none is damaged, and the next process goes on."""
    shutil.copytree(first, tmp_path / "dry")
    names = steps_of_work(tmp_path / "dry")
    expected = {"store.swept", "store.entry.opened", "store.entry.written", "store.entry.renamed", "store.removed"}
    assert expected | {"store.collected", "quarantine.moved"} <= set(names)
    for number in range(len(names)):
        folder = tmp_path / f"{number}"
        shutil.copytree(first, folder)

        def killed(folder: Path = folder, number: int = number) -> None:
            with observed(die_at(number)):
                work(folder)

        status, answer = in_child(killed)
        assert os.WIFSIGNALED(status), answer
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert assert_whole(folder) >= 5
        assert_usable(folder)
        shutil.rmtree(folder)


def test_kill_while_the_folder_is_made_leaves_a_place_to_go_on(tmp_path: Path) -> None:
    """From nothing."""
    names: list[str] = []
    with observed(names.append):
        fill(tmp_path / "dry")
    made = [number for number, name in enumerate(names) if name.startswith(("store.gitignore", "store.prepared", "store.swept"))]
    assert len(made) >= 5
    for number in made:
        folder = tmp_path / f"{number}"

        def killed(folder: Path = folder, number: int = number) -> None:
            with observed(die_at(number)):
                fill(folder)

        status, answer = in_child(killed)
        assert os.WIFSIGNALED(status), answer
        assert_whole(folder)
        assert_usable(folder)
        assert (folder / "spilled" / ".gitignore").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_failure_at_every_step_of_a_put_is_a_typed_error_and_loses_nothing_else(first: Path, tmp_path: Path, number: int) -> None:
    """The entry of that name is the former one; a full disk first takes what the store itself can give up."""
    for name in ("opened", "written", "synced"):
        folder = tmp_path / name
        shutil.copytree(first, folder)

        def fail(step_name: str, name: str = name) -> None:
            if step_name == f"store.entry.{name}":
                raise OSError(number, "as the system says")

        with opened(folder) as store:
            expected = StoreFullError if number == errno.ENOSPC else StorageError
            with observed(fail), pytest.raises(expected, match=r"cache clear|cache_dir") as caught:
                store.put("analysis", b"3", 1, NEW[b"3"])
            assert "index_dir" not in str(caught.value)
            assert store.get("analysis", b"3", 1) in ((OLD[b"3"], None) if number == errno.ENOSPC else (OLD[b"3"],))
            assert store.problem == str(caught.value)
            assert store.statistics().total.refused == 1
            assert store.statistics().total.entries >= len(OLD) - 1
            store.put("analysis", b"3", 1, NEW[b"3"])
            assert store.get("analysis", b"3", 1) == NEW[b"3"]
            assert store.problem is None
        assert assert_whole(folder) >= len(OLD) - 1


@pytest.mark.parametrize("limit_bytes", [0, 100, 5_000, 20_000])
def test_file_size_limit_is_told_and_smaller_entries_go_on(first: Path, tmp_path: Path, limit_bytes: int) -> None:
    """No eviction helps against a limit, so none is made."""
    shutil.copytree(first, tmp_path / "s")

    def limited() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
        with opened(tmp_path / "s", 10 * QUOTA) as store:
            try:
                store.put("analysis", b"n", 1, NEW[b"n"])
            except StoreFullError as error:
                return f"{error} {sum(store.get('analysis', key, 1) == OLD[key] for key in OLD)}"
        return "kept"

    _, answer = in_child(limited)
    assert "limits the size of files" in answer
    assert answer.endswith(f" {len(OLD)}")
    assert_usable(tmp_path / "s")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]
    if not ROOT or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("cannot mount a small disk here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_full_disk_takes_from_the_store_before_it_refuses(small_disk: Path) -> None:
    """The quota is larger than the disk: old entries make way for new ones; when ours are gone, the error says so."""
    with opened(small_disk, 5_000_000) as store:
        for number in range(60):
            store.put("analysis", b"%d" % number, 1, os.urandom(50_000))
            assert store.get("analysis", b"%d" % number, 1) is not None
        assert store.statistics().total.evictions > 30
        with pytest.raises(StoreFullError, match="disk is full"):
            store.put("analysis", b"large", 1, os.urandom(1_500_000))
        ballast = small_disk / "ballast"
        store.clear()
        ballast.write_bytes(b"\0" * (shutil.disk_usage(small_disk).free - 8192))
        with pytest.raises(StoreFullError, match="disk is full"):
            store.put("analysis", b"k", 1, os.urandom(50_000))
        assert [path.name for path in store.path.iterdir()] == []
        ballast.unlink()
        store.put("analysis", b"k", 1, b"there is room again")
        assert store.get("analysis", b"k", 1) == b"there is room again"


def test_read_only_medium_answers_and_does_not_keep(small_disk: Path) -> None:
    """Reading needs no writing; each attempt to keep is a typed error; a damaged entry is found out each time."""
    fill(small_disk)
    with opened(small_disk) as store:
        name = store_entry.file_name("analysis", 1, b"0")
        damaged = store.path / name
        damaged.write_bytes(damaged.read_bytes()[:-5])
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with opened(small_disk) as store:
        assert store.get("analysis", b"1", 1) == OLD[b"1"]
        for _ in range(2):
            assert store.get("analysis", b"0", 1) is None
        with pytest.raises(StorageError, match=r"read-only.*cache_dir"):
            store.put("analysis", b"x", 1, b"new")
        with pytest.raises(StorageError, match=r"read-only.*cache_dir"):
            store.put("analysis", b"x", 1, os.urandom(100_000))  # needs evictions first
        assert store.collect(set()) == 0
        with pytest.raises(StorageError, match="cannot clear"):
            store.clear()
        check = store.verify()
        assert (check.entries, check.damaged, check.put_aside) == (len(OLD), (name,), 0)
        assert store.statistics().total.entries == len(OLD)


@pytest.mark.skipif(not ROOT, reason="becomes another user")
def test_folder_of_another_user_is_an_empty_store_said_once(tmp_path: Path) -> None:
    """Two users of one cache folder do not read each other's questions."""
    fill(tmp_path)
    for place in (tmp_path, *tmp_path.parents):
        if place.stat().st_mode & 0o005 != 0o005:  # pytest closes its folders to others, in worker processes too
            place.chmod(0o755)

    def as_nobody() -> str:
        os.setuid(65534)
        with opened(tmp_path) as store:
            with pytest.warns(StoreWarning, match="permission denied") as told:
                answers = [store.get("analysis", b"1", 1), store.get("analysis", b"2", 1), list(store.entries())]
            try:
                store.put("analysis", b"x", 1, b"new")
            except StorageError as error:
                return f"{answers} {len(told)} {error}"
        return "kept"

    _, answer = in_child(as_nobody)
    assert answer.startswith("[None, None, []] 1 cannot list stored entries in ")
    assert "permission denied" in answer
    assert "cache_dir" in answer
    assert assert_whole(tmp_path) == len(OLD)


def test_flipped_bit_anywhere_is_never_a_wrong_answer(first: Path, tmp_path: Path) -> None:
    """Every file of the store, a few places each, seeded: each answer is right or None, and the next put heals it."""
    chance = random.Random(4)
    files = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert len(files) == len(OLD) + 2
    folder = tmp_path / "s"
    shutil.copytree(first, folder)
    for file in files:
        original = (folder / file).read_bytes()
        for _ in range(12 if original else 0):
            data = bytearray(original)
            place = chance.randrange(len(data) * 8)
            data[place // 8] ^= 1 << place % 8
            (folder / file).write_bytes(data)
            with opened(folder) as store:
                answers = {key: store.get("analysis", key, 1) for key in OLD}
                wrong = [key for key in OLD if answers[key] != OLD[key]]
                assert all(answers[key] is None for key in wrong)
                assert len(wrong) == (".gitignore" not in file.name)
                for key in wrong:
                    store.put("analysis", key, 1, OLD[key])
                    assert store.get("analysis", key, 1) == OLD[key]


HEAD_BYTES = 41
"""Of an entry of the kind `analysis` with a key of one byte: what listing it reads."""


@pytest.mark.parametrize("kept", [0, 1, 7, 40, 63, 200, 8_000])
def test_cut_file_is_found_out_also_when_entries_are_listed(first: Path, tmp_path: Path, kept: int) -> None:
    """At any length; the others are listed and answered."""
    folder = tmp_path / "s"
    shutil.copytree(first, folder)
    with opened(folder) as store:
        path = store.path / store_entry.file_name("analysis", 1, b"4")
        path.write_bytes(path.read_bytes()[:kept])
        listed = {entry.key for entry in store.entries("analysis")}
        assert listed == set(OLD) - ({b"4"} if kept < HEAD_BYTES else set())
        assert store.get("analysis", b"4", 1) is None
        assert assert_whole(folder) == len(OLD) - 1


def churn(folder: Path, seed: int, quota_bytes: int, seconds: float) -> str:
    """Put, get, collect and verify as one of several processes; says what went wrong."""
    chance = random.Random(seed)
    until = time.monotonic() + seconds
    puts = 0
    with opened(folder, quota_bytes) as store:
        while time.monotonic() < until:
            key, epoch = b"%d" % chance.randrange(60), chance.randrange(3)
            payload = (b"%d of %s" % (epoch, key)) * 700
            store.put("analysis", key, epoch, payload)
            puts += 1
            key = b"%d" % chance.randrange(60)
            found = store.get("analysis", key, 1)
            if found not in (None, (b"1 of %s" % key) * 700):
                return f"wrong answer for {key!r}"
            if chance.random() < 0.05:
                store.collect({1, 2})
            if chance.random() < 0.05 and store.verify().damaged:
                return "damage"
        if store.statistics().total.damaged:
            return "damage"
    return "" if puts else "nothing done"


def test_processes_at_once_neither_damage_nor_overfill(tmp_path: Path) -> None:
    """Three writers on one store; looked at from outside it never passes what is promised for three."""
    quota_bytes = 32 * 4096 * LOOK_SHARE // 8
    promised_bytes = quota_bytes + 2 * quota_bytes // LOOK_SHARE + 3 * 8192
    children = [Child(lambda seed=seed: churn(tmp_path, seed, quota_bytes, 1.2)) for seed in range(3)]
    most_bytes = 0
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        taken_bytes = 0
        for path in tmp_path.glob("spilled/*/entries-1/*"):
            try:
                taken_bytes += -(-path.stat().st_size // 4096) * 4096
            except FileNotFoundError:
                continue
        most_bytes = max(most_bytes, taken_bytes)
        time.sleep(0.02)
    assert [child.finish() for child in children] == [(0, "")] * 3
    assert 0 < most_bytes <= promised_bytes


def test_process_killed_amid_others_leaves_them_going(tmp_path: Path) -> None:
    """At a random moment; what it left is no entry and is removed when nobody is there any more."""

    def endless() -> str:
        with observed(die_at(150)):
            return churn(tmp_path, 5, QUOTA, 30)

    doomed = Child(endless)
    other = Child(lambda: churn(tmp_path, 6, QUOTA, 0.6))
    assert os.WIFSIGNALED(doomed.finish()[0])
    assert other.finish() == (0, "")
    with opened(tmp_path) as store:
        store.put("analysis", b"k", 1, b"x")
        assert [path for path in store.path.iterdir() if store_entry.title(path.name) is None] == []


def test_forked_child_uses_the_store_while_a_thread_of_its_parent_writes(tmp_path: Path) -> None:
    """Locks held by threads that are not in the child do not stop it."""
    with opened(tmp_path, 10 * QUOTA) as store:
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                store.put("analysis", b"%d" % (number % 50), 1, b"%d" % number * 2000)

        thread = threading.Thread(target=write)
        thread.start()
        try:
            for _ in range(4):

                def child() -> str:
                    signal.alarm(20)
                    store.put("analysis", b"of the child", 1, b"kept")
                    return f"{store.get('analysis', b'of the child', 1)!r} {store.verify().damaged}"

                assert in_child(child) == (0, "b'kept' ()")
        finally:
            stop.set()
            thread.join()
        assert store.get("analysis", b"of the child", 1) == b"kept"
