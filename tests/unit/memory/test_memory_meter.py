"""What the meter reads from `/proc` fixture trees, what it says where the system cannot tell, and that reality agrees."""

import mmap
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lepasserelle.memory import MappedBytes, Meter, kernel_files, meter, pages, procfs

_ON_LINUX = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's /proc")
_KIB = 1024
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def _process(
    proc: Path, pid: int, *, pss: int = 0, children: tuple[int, ...] = (), zombie: bool = False, rollup: bool = True
) -> None:
    folder = proc / str(pid)
    (folder / "task" / str(pid)).mkdir(parents=True)
    (folder / "task" / str(pid) / "children").write_text(" ".join(map(str, children)) + " " * bool(children))
    (folder / "status").write_text(
        "Name:\tx\nState:\tZ (zombie)\n" if zombie else f"Name:\tx\nVmRSS:\t{pss + 5:8d} kB\nThreads:\t1\n"
    )
    (folder / "statm").write_text(f"1000 {pss // 4} 7 1 0 5 0\n")
    if rollup and not zombie:
        (folder / "smaps_rollup").write_text(
            "00400000-7ffc0000 ---p 00000000 00:00 0    [rollup]\n"
            f"Rss:            {pss + 5} kB\nPss:            {pss} kB\nPss_Anon:       9 kB\nShared_Clean:   1 kB\n"
            f"Private_Clean:  2 kB\nPrivate_Dirty:  3 kB\nAnonymous:      {pss - 1} kB\nSwapPss:        4 kB\n"
        )


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A proc tree: 10 has children 11 and 12, 12 has 13."""
    root = tmp_path / "proc"
    _process(root, 10, pss=100, children=(11, 12))
    _process(root, 11, pss=20)
    _process(root, 12, pss=30, children=(13,))
    _process(root, 13, pss=40)
    (root / "self").symlink_to("10")
    return root


def test_one_process_is_read_in_bytes(proc: Path) -> None:
    """Each figure from its line, kibibytes turned into bytes."""
    reading = Meter(proc).read(10)
    assert (reading.rss_bytes, reading.pss_bytes, reading.anonymous_bytes) == (105 * _KIB, 100 * _KIB, 99 * _KIB)
    assert (reading.uss_bytes, reading.swap_bytes) == (5 * _KIB, 4 * _KIB)
    assert Meter(proc).rss_bytes(10) == 25 * _PAGE


def test_the_tree_is_summed(proc: Path) -> None:
    """Descendants of every generation."""
    assert Meter(proc).tree(10) == [10, 11, 12, 13]
    assert Meter(proc).tree_pss_bytes(10) == 190 * _KIB
    assert Meter(proc).tree_anonymous_bytes(10) == 186 * _KIB


def test_children_of_every_thread_are_found(proc: Path) -> None:
    """A child belongs to the thread that made it."""
    (proc / "10/task/99").mkdir()
    (proc / "10/task/99/children").write_text("14 ")
    _process(proc, 14, pss=1)
    assert Meter(proc).tree(10) == [10, 11, 12, 14, 13]


def test_a_child_that_vanishes_counts_as_nothing(proc: Path) -> None:
    """It was listed and is gone when its figures are read."""
    (proc / "11/task/11/children").write_text("77 ")
    assert Meter(proc).tree_pss_bytes(10) == 190 * _KIB


def test_a_zombie_holds_no_memory(proc: Path) -> None:
    """It is listed, has no figures, and does not spoil the sum."""
    _process(proc, 15, zombie=True)
    (proc / "13/task/13/children").write_text("15 ")
    assert Meter(proc).tree_pss_bytes(10) == 190 * _KIB


def test_a_living_child_that_may_not_be_read_makes_the_sum_unknown(proc: Path) -> None:
    """A sum without it would be too small: None, not a smaller figure."""
    _process(proc, 16, pss=50, rollup=False)
    (proc / "13/task/13/children").write_text("16 ")
    assert Meter(proc).tree_pss_bytes(10) is None


def test_a_kernel_without_pss_says_unknown(proc: Path) -> None:
    """Rss alone stays known; PSS is None, never 0."""
    (proc / "10/smaps_rollup").write_text("Rss:   105 kB\n")
    assert Meter(proc).read(10).rss_bytes == 105 * _KIB
    assert Meter(proc).pss_bytes(10) is None
    assert Meter(proc).anonymous_bytes(10) is None
    assert Meter(proc).tree_pss_bytes(10) is None


def test_a_process_that_is_gone_has_no_figures(proc: Path) -> None:
    """None for each, and no error."""
    reading = Meter(proc).read(4242)
    assert (reading.rss_bytes, reading.pss_bytes, reading.anonymous_bytes, reading.uss_bytes) == (None, None, None, None)
    assert Meter(proc).tree_pss_bytes(4242) is None


def test_without_proc_psutil_tells_what_it_can(tmp_path: Path) -> None:
    """Elsewhere resident bytes are known and proportional ones are not."""
    meter_without = Meter(tmp_path / "nothing")
    reading = meter_without.read()
    assert reading.rss_bytes is not None
    assert reading.rss_bytes > 1_000_000
    assert (reading.pss_bytes, reading.anonymous_bytes) == (None, None)
    assert meter_without.tree_pss_bytes() is None
    assert meter_without.mapped_bytes(["a"]) is None
    assert os.getpid() in meter_without.tree()


def test_damaged_figures_are_passed_over(proc: Path) -> None:
    """A line that is no figure does not become one."""
    (proc / "10/smaps_rollup").write_bytes(b"Rss: many kB\nPss: 12 MB\n\xff\xfe: 1 kB\nPss\n:::\nAnonymous: 7 kB\n")
    (proc / "10/statm").write_bytes(b"")
    reading = Meter(proc).read(10)
    assert (reading.rss_bytes, reading.pss_bytes) == (None, None)
    assert procfs.fields(b"A: 1 kB\nB: 2\nC: -1 kB\n") == {"A": _KIB}


_SMAPS = """\
55d000-55e000 r--p 00000000 fe:00 1234  {first}
Size:                  4 kB
Rss:                   4 kB
Pss:                   2 kB
Pss_Dirty:             0 kB
55e000-560000 r-xp 00001000 fe:00 1234                           {first}
Rss:                   8 kB
Pss:                   8 kB
VmFlags: rd ex mr mw me
7f0000-7f1000 rw-p 00000000 00:00 0
Rss:                 100 kB
Pss:                 100 kB
7f1000-7f2000 r--s 00000000 fe:00 99 {second} (deleted)
Rss:                  16 kB
Pss:                  16 kB
7f2000-7f3000 rw-p 00000000 00:00 0                              [heap]
Rss:                   1 kB
Pss:                   1 kB
"""


def test_mappings_of_a_file_are_summed(proc: Path, tmp_path: Path) -> None:
    """Both mappings of one file; a deleted file does not count under its old name; an unmapped one holds 0."""
    first, second = tmp_path / "a b.seg", tmp_path / "c.seg"
    (proc / "10/smaps").write_text(_SMAPS.format(first=first, second=second))
    held = Meter(proc).mapped_bytes([first, second])
    assert held == {str(first): MappedBytes(12 * _KIB, 10 * _KIB), str(second): MappedBytes(0, 0)}


def test_a_path_with_a_line_break_is_found(proc: Path, tmp_path: Path) -> None:
    r"""The kernel writes it as `\012`."""
    path = tmp_path / "a\nb"
    (proc / "10/smaps").write_text("1-2 r--p 0 fe:00 5 " + str(path).replace("\n", "\\012") + "\nRss: 4 kB\nPss: 4 kB\n")
    assert Meter(proc).mapped_bytes([path]) == {str(path): MappedBytes(4 * _KIB, 4 * _KIB)}


_TWICE = """\
10000-18000 r--s 00000000 fe:00 7 {path}
Rss:                  {whole} kB
Pss:                  {half} kB
20000-28000 r--s 00000000 fe:00 7 {path}
Rss:                  {whole} kB
Pss:                  {half} kB
"""


def test_a_page_that_two_mappings_hold_counts_once(proc: Path, tmp_path: Path) -> None:
    """The page table tells which they are; where it cannot be read, the sum stands: more than there is, never less."""
    path = tmp_path / "a.seg"
    page_kib = _PAGE // _KIB
    (proc / "10/smaps").write_text(_TWICE.format(path=path, whole=2 * page_kib, half=page_kib))
    assert Meter(proc).mapped_bytes([path]) == {str(path): MappedBytes(4 * _PAGE, 2 * _PAGE)}
    table = bytearray(0x28000 // _PAGE * 8)
    for address in (0x10000, 0x10000 + _PAGE, 0x20000, 0x20000 + 2 * _PAGE):  # the first page twice, the second and third once
        table[address // _PAGE * 8 + 7] = 0x80
    (proc / "10/pagemap").write_bytes(table)
    assert Meter(proc).mapped_bytes([path]) == {str(path): MappedBytes(3 * _PAGE, 2 * _PAGE)}


@_ON_LINUX
def test_two_real_mappings_of_a_file_hold_what_either_holds(tmp_path: Path) -> None:
    """To the page: what both touched is counted once, and what is left by one is still held by the other."""
    path = tmp_path / "segment"
    path.write_bytes(bytes(64 * _PAGE))
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as one,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as other,
    ):
        for mapped in (one, other):
            pages.populate(mapped)
        both = Meter().mapped_bytes([path])
        assert both == {str(path): MappedBytes(64 * _PAGE, 64 * _PAGE)}
        (holder,) = (found for found in Meter().holders(tmp_path) or () if found.pid == os.getpid())
        assert (holder.index_rss_bytes, holder.index_pss_bytes) == (64 * _PAGE, 64 * _PAGE)
        pages.give_back(one, 0, 48 * _PAGE)
        pages.give_back(other, 32 * _PAGE, 32 * _PAGE)
        left = Meter().mapped_bytes([path])
        assert left is not None
        assert left[str(path)].rss_bytes == 48 * _PAGE


@_ON_LINUX
def test_the_real_system_agrees_with_what_was_allocated(tmp_path: Path) -> None:
    """32 MiB of memory and an 8 MiB file mapping appear where they belong."""
    real = Meter()
    before = real.read()
    assert before.anonymous_bytes is not None
    block = mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # not of a heap that others left holes in
    for offset in range(0, len(block), mmap.PAGESIZE):
        block[offset] = 1
    after = real.read()
    assert after.anonymous_bytes is not None
    assert 31 << 20 < after.anonymous_bytes - before.anonymous_bytes < 40 << 20
    del block
    path = tmp_path / "segment"
    path.write_bytes(b"x" * (8 << 20))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        assert sum(mapped[:: mmap.PAGESIZE]) > 0
        held = real.mapped_bytes([path])
        assert held is not None
        assert held[str(path)].rss_bytes == 8 << 20


@_ON_LINUX
def test_a_real_child_counts_and_its_end_does_not_disturb() -> None:
    """A child that holds 24 MiB is in the sum while it lives."""
    real = Meter()
    code = "import sys; a = b'x' * (24 << 20); print('ready', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        child.stdout.readline()
        own, tree = real.pss_bytes(), real.tree_pss_bytes()
        assert own is not None
        assert tree is not None
        assert child.pid in real.tree()
        assert tree - own > 24 << 20
        child.stdin.close()
    assert child.pid not in real.tree()
    assert real.tree_pss_bytes() is not None


def test_the_kernel_without_children_files_is_asked_through_psutil(proc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel built without them still has a tree."""
    (proc / "10/task/10/children").unlink()
    monkeypatch.setattr(meter, "_psutil_children", lambda pid: [13] if pid == 10 else [])
    assert Meter(proc).tree(10) == [10, 13]


@_ON_LINUX
def test_pages_of_files_and_anonymous_ones_are_told_by_one_walk(tmp_path: Path) -> None:
    """What `smaps` says of both is what it says of each: the file to the byte, the rest as `smaps_rollup` has it."""
    path = tmp_path / "file"
    path.write_bytes(bytes(40 * _PAGE))
    kept = bytearray(b"x" * 8_000_000)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert sum(mapped[::_PAGE]) == 0
        files, anonymous = Meter().own_bytes([path])
        assert files is not None
        assert files[str(path)] == MappedBytes(40 * _PAGE, 40 * _PAGE)
        rollup = Meter().anonymous_bytes()
        assert anonymous is not None
        assert rollup is not None
        assert abs(anonymous - rollup) < 2_000_000 < len(kept) < anonymous


def test_a_text_without_figures_leaves_them_to_the_rollup(proc: Path) -> None:
    """A kernel file that says nothing of anonymous pages is not taken for "none"."""
    (proc / "10" / "smaps").write_text("00400000-00500000 r--p 00000000 08:01 5    /segment\nRss: 4 kB\n")
    files, anonymous = Meter(proc).own_bytes(["/segment"])
    assert files == {"/segment": MappedBytes(4 * _KIB, 0)}
    assert anonymous == Meter(proc).anonymous_bytes()


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 300_000])
def test_a_long_kernel_file_is_read_whole(tmp_path: Path, length: int) -> None:
    """To the last byte, whatever its length; what is not there or cannot be read is an error."""
    path = tmp_path / "file"
    path.write_bytes(os.urandom(length))
    assert kernel_files.read_whole(str(path)) == path.read_bytes()
    with pytest.raises(FileNotFoundError):
        kernel_files.read_whole(str(tmp_path / "none"))
    with pytest.raises(OSError, match="directory"):
        kernel_files.read_whole(str(tmp_path))
