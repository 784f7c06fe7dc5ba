"""Linking in two processes: the segments are those of linking in one, and nobody is left when the linking child is killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from shutil import copytree
from unittest.mock import Mock

import pytest

from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest, segments
from lepasserelle.storage import Index

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are watched through /proc")

HANGS = """
import os, sys, time
from lepasserelle.ingest.asides import forked

def work():
    print(os.getpid(), flush=True)
    time.sleep(600)
    return b""

forked(work, work)()
"""


def test_a_linking_child_that_forks_makes_the_same_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte for byte: whether it may is a question of time and memory, not of what is found."""
    project = tmp_path / "asyncio"
    copytree(Path(asyncio.__file__).parent, project, ignore=lambda _, names: [name for name in names if not name.endswith(".py")])
    made = {}
    for forks in (True, False):
        asked = Mock(return_value=forks)
        monkeypatch.setattr(segments, "may_fork", asked)
        folder = tmp_path / f"index-{forks}"
        assert (Ingest(project, Settings(index_dir=str(folder))).index().edges or 0) > 3_000
        asked.assert_called_once()
        manifest = Index.open(folder).manifest()
        assert manifest is not None
        made[forks] = {ref.kind: (ref.size_bytes, ref.checksum) for ref in manifest.segments}
    assert made[True] == made[False]


def test_a_fork_does_not_outlive_the_process_that_it_works_for() -> None:
    """Killed by a signal that nobody can catch, its work half done."""
    process = subprocess.Popen([sys.executable, "-c", HANGS], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    fork = int(process.stdout.readline())
    assert Path(f"/proc/{fork}").exists()
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline_s = time.monotonic() + 60
    while _is_alive(fork) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    process.stdout.close()
    assert not _is_alive(fork)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
