"""kill -9, limits, flipped bits and full disks while compressed copies move between tiers: every copy is whole, or is not one."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from dying import die_at
from storage_run import in_child

from lepasserelle.durable.steps import observed
from lepasserelle.leindex.copy_tiers import PROMOTED_AT, CopyTiers
from lepasserelle.memory.store_voice import StoreWarning
from lepasserelle.storage import DamagedCopy, Index, SegmentRef, write_segment
from lepasserelle.storage.frozen import freeze
from lepasserelle.storage.layout import FROZEN, SEGMENTS
from lepasserelle.storage.thawing import check_copy, thaw

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, limits and links")

CHANCE = np.random.default_rng(7)
ARRAYS = {"noise": CHANCE.integers(0, 256, (3000, 400)).astype(np.uint8), "n": np.arange(2000)}
"""Copies of more than a part of a megabyte."""


def made(folder: Path) -> list[SegmentRef]:
    """An index of two segments with their copies."""
    index = Index.open(folder)
    with index.writer_lock():
        refs = [write_segment(folder, 1, kind, ARRAYS) for kind in ("graph", "lexical")]
        index.publish(1, refs, {})
        for ref in refs:
            freeze(folder, ref)
    return refs


@pytest.fixture
def first(tmp_path: Path) -> tuple[Path, list[SegmentRef]]:
    """(folder of such an index, its segments)."""
    folder = tmp_path / "first"
    return folder, made(folder)


def mover(folder: Path, slow: Path) -> CopyTiers:
    """With room for everything."""
    return CopyTiers(folder, slow, 1 << 30, 1 << 30)


def work(folder: Path, slow: Path) -> None:
    """Both down, one up, and down again without writing it."""
    mover(folder, slow).move()
    graph = next((folder / FROZEN).glob("*-graph-*.frz"))
    if graph.is_symlink():
        os.utime(graph, (1.0, PROMOTED_AT))
    mover(folder, slow).move()
    CopyTiers(folder, slow, 1 << 10, 1 << 30).move()


def assert_whole(folder: Path, refs: list[SegmentRef]) -> None:
    """Each copy is there and is read whole."""
    for ref in refs:
        check_copy(folder, ref)
    assert len(list((folder / FROZEN).glob("*.frz"))) == len(refs)
    assert all(path.exists() for path in (folder / FROZEN).glob("*.frz"))


def test_kill_at_every_step_of_moving_a_copy_leaves_it_whole(first: tuple[Path, list[SegmentRef]], tmp_path: Path) -> None:
    """In its old place, its new one, or both; the next process goes on where it was."""
    folder, refs = first
    names: list[str] = []
    shutil.copytree(folder, tmp_path / "dry")
    with observed(names.append):
        work(tmp_path / "dry", tmp_path / "dry slow")
    assert {"copy.down.part", "copy.down.renamed", "copy.linked", "copy.down.done", "copy.up.renamed"} <= set(names)
    for number in range(len(names)):
        place, slow = tmp_path / f"{number}", tmp_path / f"slow {number}"
        shutil.copytree(folder, place)

        def killed(place: Path = place, slow: Path = slow, number: int = number) -> None:
            with observed(die_at(number)):
                work(place, slow)

        status, answer = in_child(killed)
        assert os.WIFSIGNALED(status), answer
        assert_whole(place, refs)
        work(place, slow)
        assert_whole(place, refs)
        index = Index.open(place)
        with index.writer_lock():
            index.collect_garbage()
        assert not [path for path in (place / FROZEN).iterdir() if path.name.endswith(".tmp")]
        shutil.rmtree(place)


@pytest.mark.parametrize("limit_bytes", [0, 100_000, 1_100_000])
def test_a_limit_on_the_size_of_files_leaves_copies_where_they_are(
    first: tuple[Path, list[SegmentRef]], tmp_path: Path, limit_bytes: int
) -> None:
    """`RLIMIT_FSIZE`: told once, and nothing is cut."""
    folder, refs = first

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
        with pytest.warns(StoreWarning):
            mover(folder, tmp_path / "slow").move()

    status, answer = in_child(limited)
    assert status == 0, answer
    assert_whole(folder, refs)
    assert not any(path.is_symlink() for path in (folder / FROZEN).glob("*.frz"))


def test_a_flipped_bit_in_the_slow_tier_is_never_a_wrong_segment(first: tuple[Path, list[SegmentRef]], tmp_path: Path) -> None:
    """It is damage, as in the index folder; and a new copy takes the place of the damaged one in both."""
    folder, refs = first
    tiers = mover(folder, tmp_path / "slow")
    tiers.move()
    path = next(tiers.home.glob("*-graph-*"))
    whole = path.read_bytes()
    for position in (0, 60, len(whole) // 2, len(whole) - 1):
        data = bytearray(whole)
        data[position] ^= 8
        path.write_bytes(data)
        (folder / SEGMENTS / refs[0].name).unlink(missing_ok=True)
        with pytest.raises(DamagedCopy):
            thaw(folder, refs[0])
        assert not (folder / SEGMENTS / refs[0].name).exists()
    write_segment(folder, 1, "graph", ARRAYS)
    freeze(folder, refs[0])
    tiers.move()
    assert_whole(folder, refs)
    assert path.read_bytes() == whole
    assert all(copy.is_symlink() for copy in (folder / FROZEN).glob("*.frz"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of a megabyte, which holds no whole copy."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_and_a_read_only_slow_disk_leave_copies_where_they_are(
    first: tuple[Path, list[SegmentRef]], small_disk: Path
) -> None:
    """One warning each; what does not fit is not left there half."""
    folder, refs = first
    for options in ("remount,size=1m", "remount,ro"):
        subprocess.run(["mount", "-o", options, small_disk], check=True)
        tiers = mover(folder, small_disk)
        with pytest.warns(StoreWarning) as told:
            assert [tiers.move() for _ in range(2)] == [0, 0]
        assert len(told) == 1
        assert_whole(folder, refs)
        assert not any(path.is_symlink() for path in (folder / FROZEN).glob("*.frz"))
        assert not [path for path in small_disk.rglob("*") if path.is_file()]


def test_whoever_reads_a_copy_while_it_moves_reads_it_whole(first: tuple[Path, list[SegmentRef]], tmp_path: Path) -> None:
    """At every step of it."""
    folder, refs = first
    seen: list[str] = []

    def read(name: str) -> None:
        if name.startswith("copy."):
            seen.append(name)
            assert_whole(folder, refs)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with observed(read):
            work(folder, tmp_path / "slow")
    assert "copy.linked" in seen
