"""One index, many processes: who holds what, a spill that hurts nobody else, and a reader that dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.memory import Holder
from lepasserelle.memory.procfs import mapped_below, program

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mappings are told by Linux")
QUIET = MemoryConfig(auto_spill=False)
READER = """
import itertools, sys
from lepasserelle import LeIndex, MemoryConfig
with LeIndex(sys.argv[1], MemoryConfig(auto_spill=False), control=sys.argv[2] == "yes") as leindex:
    for line in itertools.chain([""], sys.stdin):
        print(len(leindex.search("turn the wheel")), flush=True)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small indexed project."""
    for number in range(40):
        text = f'def turn_wheel{number}(speed):\n    """Turn the wheel at a speed."""\n    return speed * {number}\n'
        (tmp_path / f"wheel{number}.py").write_text(text * 5, encoding="utf-8")
    with LeIndex(tmp_path, QUIET) as leindex:
        leindex.index_project()
    return tmp_path


@contextmanager
def reader(project: Path, *, control: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A process that has asked once."""
    command = [sys.executable, "-c", READER, str(project), "yes" if control else "no"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert int(process.stdout.readline()) > 0
            yield process
        finally:
            process.kill()


def holders(leindex: LeIndex) -> dict[int, Holder]:
    """By number."""
    found = leindex.processes()
    assert found is not None
    return {holder.pid: holder for holder in found}


def test_every_process_on_an_index_is_listed_with_what_is_its_own_and_what_is_shared(project: Path) -> None:
    """Listening or not; pages that both map count half in each share, and one that has ended is not there."""
    with LeIndex(project, QUIET) as leindex:
        assert leindex.search("turn the wheel")
        alone = holders(leindex)
        assert set(alone) == {os.getpid()}
        with reader(project) as first, reader(project) as second:
            found = holders(leindex)
            assert set(found) == {os.getpid(), first.pid, second.pid}
            for holder in found.values():
                assert holder.private_bytes is not None
                assert holder.pss_bytes is not None
                assert holder.private_bytes < holder.pss_bytes <= holder.private_bytes + (holder.shared_bytes or 0)
                assert 0 < holder.index_pss_bytes < holder.index_rss_bytes
            together = sum(holder.index_pss_bytes for holder in found.values())
            assert together <= 1.1 * max(holder.index_rss_bytes for holder in found.values())
            assert found[first.pid].program.endswith("-c")
        assert set(holders(leindex)) == {os.getpid()}
        assert {holder.pid for holder in leindex.processes([os.getpid(), first.pid]) or ()} == {os.getpid()}


def test_a_spill_leaves_the_pages_of_others_alone_and_says_what_the_system_got(project: Path) -> None:
    """Nothing: they are still mapped elsewhere, even when the system was asked to forget them. The other one answers as before."""
    with LeIndex(project, QUIET) as leindex, reader(project) as other:
        assert leindex.search("turn the wheel")
        before = holders(leindex)
        report = leindex.manager.spill("vectors", cold=True)
        after = holders(leindex)
        assert report.file_bytes is not None
        assert report.file_bytes > 0
        assert report.system_bytes == 0
        assert report.file_left_bytes == 0, "nobody else maps them in this process"
        assert report.system_left_bytes, "and the system holds them for the other one"
        assert after[other.pid].index_rss_bytes == before[other.pid].index_rss_bytes
        assert after[other.pid].index_pss_bytes > before[other.pid].index_pss_bytes, "it has them alone now"
        assert other.stdin is not None
        assert other.stdout is not None
        print(file=other.stdin, flush=True)
        assert int(other.stdout.readline()) > 0


def test_a_spill_of_pages_that_another_leindex_maps_says_why_it_gave_none(project: Path) -> None:
    """The two share them: nothing goes with the first, all with the second."""
    with LeIndex(project, QUIET) as first, LeIndex(project, QUIET) as second:
        assert first.search("turn the wheel")
        assert second.search("turn the wheel")
        report = first.manager.spill("vectors")
        assert report.file_left_bytes, "they are mapped once more"
        last = second.manager.spill("vectors")
        assert (last.file_left_bytes, bool(last.file_bytes)) == (0, True)


def test_a_reader_that_is_killed_leaves_nothing_behind(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No named memory, no lock that keeps its generation, no socket that is still asked."""
    runtime = tmp_path_factory.mktemp("r")
    named = set(os.listdir("/dev/shm")) if Path("/dev/shm").exists() else set()  # noqa: PTH208
    before_environment = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime) if len(str(runtime)) < 60 else (before_environment or "")
    try:
        with reader(project, control=True) as process:
            process.send_signal(signal.SIGKILL)
            process.wait()
        command = [sys.executable, "-m", "lepasserelle", "memory", "--all", "--json", "--project", str(project)]
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert f'"pid": {process.pid}' not in said.stdout
        assert not [path for path in runtime.rglob("*") if f"-{process.pid}-" in path.name]
    finally:
        os.environ.pop("XDG_RUNTIME_DIR")
        if before_environment is not None:
            os.environ["XDG_RUNTIME_DIR"] = before_environment
    if named:
        assert set(os.listdir("/dev/shm")) <= named  # noqa: PTH208
    with LeIndex(project, QUIET) as leindex:
        for turn in range(3):
            (project / "wheel0.py").write_text(f"def other{turn}():\n    return {turn}\n", encoding="utf-8")
            leindex.index_project()
        generations = {path.name.split("-")[0] for path in (leindex.folder / "segments").glob("*.seg")}
        assert len(generations) <= 2, "the dead reader's generation was collected"
        assert leindex.symbols("other2")


def test_the_command_lists_all_of_them(project: Path) -> None:
    """As a table and as a document; the command itself is not among them."""
    command = [sys.executable, "-m", "lepasserelle", "memory", "--all", "--project", str(project)]
    with reader(project) as first:
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert "1 process has the index open" in said
    (row,) = [line.split() for line in said.splitlines() if line.split()[:1] == [str(first.pid)]]
    assert len(row) > 7


def test_mappings_below_a_folder_are_summed_and_deleted_files_count() -> None:
    """Another folder with the same beginning does not."""
    block = b"Size: 8 kB\nRss: 8 kB\nPss: 4 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 4 kB\nVmFlags: rd\n"
    heads = [b"/i/x/a.seg", b"/i/x/b.seg (deleted)", b"/i/xy/a.seg", b""]
    text = b"".join(b"7f0000000000-7f0000002000 r--s 00000000 08:01 12 %s\n" % head + block for head in heads)
    found = [one for mappings in mapped_below(text, b"/i/x") for one in mappings]
    assert len(mapped_below(text, b"/i/x")) == 2
    assert [sum(figures) for figures in zip(*((one.rss, one.pss, one.private) for one in found), strict=True)] == [
        16384,
        8192,
        8192,
    ]


@pytest.mark.parametrize(
    ("cmdline", "name"),
    [
        (b"/usr/bin/python3\0-X\0dev\0/srv/serve.py\0x\0", "serve.py"),
        (b"python\0-m\0lepasserelle\0mcp\0", "leindex mcp"),
        (b"python\0-P\0-m\0lepasserelle\0mcp-server\0--project\0/p\0", "leindex mcp"),
        (b"python\0/site/lepasserelle/__main__.py\0index\0", "leindex index"),
        (b"python\0/srv/app/__main__.py\0index\0", "app"),
        (b"python3\0/venv/bin/leindex\0--version\0", "leindex"),
        (b"python\0-m\0lepasserelle.ingest.worker\0forks\0", "lepasserelle.ingest.worker"),
        (b"python3.11\0-c\0import x\0", "python3.11 -c"),
        (b"/usr/bin/leindex\0index\0", "leindex index"),
        (b"python\0", "python"),
        (b"", ""),
    ],
)
def test_a_process_is_called_by_what_it_runs(cmdline: bytes, name: str) -> None:
    """Not by the interpreter; a command of ours by its word, whether by its script or as a module."""
    assert program(cmdline) == name
