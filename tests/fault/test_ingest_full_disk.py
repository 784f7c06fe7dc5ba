"""A run on a full disk: it fails, gives back what it took, and the next one that fits succeeds."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle import LeIndex, StorageError
from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest

pytestmark = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="mounts a small disk")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], check=False, capture_output=True).returncode:
        pytest.skip("cannot mount a small disk here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_run_that_filled_the_disk_gives_it_back(small_disk: Path) -> None:
    """A small project, then a source that does not fit: after its removal the next run works on the same disk."""
    (small_disk / "small.py").write_text("def small():\n    return 1\n")
    Ingest(small_disk, Settings()).index()
    free_bytes = _free_bytes(small_disk)
    large = small_disk / "large.py"
    lines = (f"def function_{n}(value_{n}, other_{n}):\n    return function_{n + 1}(value_{n}) + {n}\n" for n in range(9000))
    large.write_text("".join(lines)[:750_000].rpartition("def ")[0])
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * max(0, _free_bytes(small_disk) - 4_400_000))
    before_bytes = _free_bytes(small_disk)
    with pytest.raises(StorageError, match=r"full|input/output"):
        Ingest(small_disk, Settings()).index()
    assert _free_bytes(small_disk) >= before_bytes - 200_000
    large.unlink()
    (small_disk / "small.py").write_text("def small():\n    return 2\n\n\ndef another():\n    return small()\n")
    assert Ingest(small_disk, Settings()).index().files == 1
    with LeIndex(small_disk) as leindex:
        assert [edge.source for edge in leindex.callers("small")] == ["small.another"]
    ballast.unlink()
    assert _free_bytes(small_disk) >= free_bytes - 300_000


def _free_bytes(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize
