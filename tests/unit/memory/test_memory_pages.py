"""Pages of real files given back, brought in and counted; other threads go on meanwhile; nothing but file maps is touched."""

import ctypes
import mmap
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepasserelle.memory import Meter, pages

MIB = 1 << 20
PAGE = mmap.PAGESIZE
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="page figures are Linux's")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """24 MiB and a few bytes, on disk."""
    path = tmp_path / "segment"
    with path.open("wb") as out:
        out.write(os.urandom(MIB) * 24 + b"tail")
        out.flush()
        os.fsync(out.fileno())
    return path


@pytest.fixture
def mapped(file: Path) -> Iterator[mmap.mmap]:
    """The file as a read-only map."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as found:
        yield found


def test_pages_come_and_go_as_measured(file: Path, mapped: mmap.mmap) -> None:
    """What is returned is what smaps says too; the content stays readable."""
    meter, size = Meter(), (24 * MIB // PAGE + 1) * PAGE
    pages.populate(mapped)
    held = meter.mapped_bytes([file])
    assert held is not None
    assert held[str(file)].rss_bytes == size == pages.resident_bytes(mapped)
    assert pages.give_back(mapped) == size
    held = meter.mapped_bytes([file])
    assert held is not None
    assert held[str(file)].rss_bytes == 0 == pages.resident_bytes(mapped)
    assert pages.give_back(mapped) == 0
    assert mapped[-4:] == b"tail"
    resident = pages.resident_bytes(mapped)
    assert resident is not None
    assert 0 < resident < size


def test_a_range_keeps_the_pages_that_lie_in_it_in_part(mapped: mmap.mmap) -> None:
    """Rounded inwards when giving back, outwards when bringing in."""
    pages.populate(mapped)
    assert pages.give_back(mapped, PAGE + 1, 3 * PAGE) == 2 * PAGE
    assert pages.give_back(mapped, 10 * PAGE + 1, PAGE) == 0
    assert pages.give_back(mapped, 8 * MIB, 4 * MIB) == 4 * MIB
    pages.give_back(mapped)
    pages.populate(mapped, 5 * MIB, MIB)
    resident = pages.resident_bytes(mapped)
    assert resident is not None
    assert MIB <= resident <= 4 * MIB  # the kernel may bring in what lies around


def test_only_read_only_maps_are_taken(file: Path) -> None:
    """Dropping private or writable memory would lose what is in it; a closed map has no address."""
    with file.open("r+b") as opened, mmap.mmap(opened.fileno(), 0) as writable:
        with pytest.raises(ValueError, match="read-only"):
            pages.give_back(writable)
        with pytest.raises(ValueError, match="read-only"):
            pages.populate(writable)
    with pytest.raises(ValueError, match="closed"):
        pages.give_back(writable)


def test_a_map_is_not_closed_while_its_pages_are_moved(mapped: mmap.mmap) -> None:
    """Its address could be another's by then."""
    with pages._address(mapped), pytest.raises(BufferError):
        mapped.close()
    assert pages.resident_bytes(mapped) is not None


def test_the_system_forgets_a_file_that_nobody_maps(file: Path) -> None:
    """By `mincore`, which itself touches nothing."""
    file.read_bytes()
    size = (24 * MIB // PAGE + 1) * PAGE
    assert pages.system_resident_bytes(file) == size
    dropped = pages.drop_file_cache(file)
    left = pages.system_resident_bytes(file)
    assert dropped is not None
    assert left is not None
    assert dropped + left == size
    if os.statvfs(file).f_namemax and dropped:  # a memory file system has nowhere else to keep it
        assert left <= MIB
        assert pages.system_resident_bytes(file) == left


def test_what_is_given_back_here_stays_in_the_system(file: Path, mapped: mmap.mmap) -> None:
    """The two figures are about different things."""
    pages.populate(mapped)
    before = pages.system_resident_bytes(file)
    given = pages.give_back(mapped)
    assert given == before == pages.system_resident_bytes(file)


def test_a_file_that_is_gone_is_unknown(tmp_path: Path) -> None:
    """None, never 0; but an empty file holds 0."""
    assert pages.system_resident_bytes(tmp_path / "gone") is None
    (tmp_path / "empty").touch()
    assert pages.system_resident_bytes(tmp_path / "empty") == 0


def test_a_system_without_the_calls_says_so(file: Path, mapped: mmap.mmap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Giving back is None there, and populating touches each page."""
    monkeypatch.setattr(pages, "_library", lambda: None)
    assert pages.give_back(mapped) is None
    assert pages.system_resident_bytes(file) is None
    assert pages.drop_file_cache(file) is None
    assert pages.trim_heap() is None
    before = pages.resident_bytes(mapped)
    assert before == 0
    pages.populate(mapped)
    assert pages.resident_bytes(mapped) == (24 * MIB // PAGE + 1) * PAGE


def test_an_old_kernel_has_each_page_touched(mapped: mmap.mmap, monkeypatch: pytest.MonkeyPatch) -> None:
    """`MADV_POPULATE_READ` is refused before 5.14."""
    real = pages._advise()
    assert real is not None
    monkeypatch.setattr(pages, "_POPULATE_READ", 9999)
    pages.populate(mapped)
    assert pages.resident_bytes(mapped) == (24 * MIB // PAGE + 1) * PAGE


def test_the_calls_are_cut_in_steps(mapped: mmap.mmap, monkeypatch: pytest.MonkeyPatch) -> None:
    """4 MB at a time; one long call would hold the map's lock."""
    real, lengths = pages._advise(), []
    assert real is not None

    def counted(address: int, length: int, advice: int) -> int:
        lengths.append(length)
        assert real is not None
        return real(address, length, advice)

    monkeypatch.setattr(pages, "_advise", lambda: counted)
    pages.populate(mapped)
    pages.give_back(mapped)
    assert max(lengths) == pages.STEP_BYTES
    assert len(lengths) == 14


def test_other_threads_run_while_pages_move(mapped: mmap.mmap) -> None:
    """The interpreter's lock is free: a thread that counts gets on during the calls, however busy the machine is."""
    counted, stop = [0], threading.Event()

    def count() -> None:
        while not stop.is_set():
            counted[0] += 1
            time.sleep(0)

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    during, deadline_s = 0, time.monotonic() + 60
    real = pages._advise()
    assert real is not None
    while during <= 8 and time.monotonic() < deadline_s:
        pages.populate(mapped)
        with pages._address(mapped) as (address, size_bytes):
            before = counted[0]
            real(address, size_bytes, pages._DONTNEED)
            during += counted[0] > before
    stop.set()
    thread.join(5)
    assert during > 8
    assert not isinstance(pages._library(), ctypes.PyDLL)  # which would keep the lock


def test_the_heap_is_trimmed_where_it_can_be() -> None:
    """What was freed in the middle of the heap goes back; how much is for the meter to say."""
    meter = Meter()
    keep = [bytes(600) for _ in range(80_000)]
    del keep[::2], keep[:-1]
    before = meter.anonymous_bytes()
    trimmed = pages.trim_heap()
    after = meter.anonymous_bytes()
    assert trimmed in (True, False, None)
    assert before is not None
    assert after is not None
    assert after <= before + MIB


def test_blocks_are_those_of_which_a_page_is_held(mapped: mmap.mmap) -> None:
    """By the page table: as many pages as are counted, and the blocks are theirs. The kernel may bring in what lies around, too."""
    pages.give_back(mapped)
    assert pages.resident_blocks(mapped, MIB) == []
    pages.populate(mapped, 3 * MIB, PAGE)
    pages.populate(mapped, 7 * MIB + 5 * PAGE, 2 * MIB)
    pages.populate(mapped, 24 * MIB, 4)
    held = pages.resident_blocks(mapped, PAGE)
    assert held is not None
    assert len(held) * PAGE == pages.resident_bytes(mapped)
    assert pages.resident_blocks(mapped, MIB) == sorted({page * PAGE // MIB for page in held})
    assert {3, 7, 8, 9, 24} <= set(pages.resident_blocks(mapped, MIB) or ())
    assert 15 not in set(pages.resident_blocks(mapped, MIB) or ())


def test_what_nobody_shares_is_counted_as_the_walk_of_all_mappings_counts_it(file: Path, mapped: mmap.mmap) -> None:
    """Resident and proportional bytes by the page table alone, beside `smaps` as the oracle; a file that is not mapped has none."""
    meter, other = Meter(), file.with_name("other")
    other.write_bytes(b"not mapped")
    for offset in (3, 5 * MIB, 5 * MIB + PAGE, 24 * MIB):
        mapped[offset : offset + 1]
        walked = meter._walked([file, other])[0]
        assert walked is not None
        assert meter._alone([file, other]) == walked
        assert meter.own_bytes([file, other])[0] == meter.mapped_bytes([file, other]) == walked
        assert walked[str(file)].rss_bytes == walked[str(file)].pss_bytes > 0
        assert walked[str(other)].rss_bytes == 0


def test_pages_that_another_process_maps_are_divided(file: Path, mapped: mmap.mmap) -> None:
    """The page table says that somebody shares them, not how many: then all mappings are walked."""
    pages.populate(mapped)
    meter = Meter()
    lines = (
        "import mmap, sys",
        "file = open(sys.argv[1], 'rb')",
        "mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)",
        "mapped[:]",
        "print(flush=True)",
        "input()",
    )
    command = [sys.executable, "-c", "\n".join(lines), str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
        assert meter._alone([file]) is None
        held = meter.mapped_bytes([file])
        child.communicate(b"\n")
    assert held is not None
    assert held[str(file)].rss_bytes == pages.resident_bytes(mapped)
    assert held[str(file)].pss_bytes == pytest.approx(held[str(file)].rss_bytes / 2, rel=0.01)
