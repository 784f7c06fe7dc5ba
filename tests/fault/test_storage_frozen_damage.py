"""Bit flips, cuts and kills around the copies of segments: a wrong byte never comes out of one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_run import in_child

from lepasserelle.durable.steps import observed
from lepasserelle.storage import DamagedCopy, Segment, SegmentRef, layout, write_segment
from lepasserelle.storage.frozen import SegmentInUseError, freeze
from lepasserelle.storage.thawing import check_copy, thaw

SECTIONS = {
    "ascending": np.cumsum(np.random.default_rng(2).integers(0, 9, 3000)).astype("<u4"),
    "noise": np.random.default_rng(3).integers(0, 256, (40, 128)).astype(np.int8),
    "none": np.zeros(0, np.uint16),
}
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def frozen(folder: Path) -> tuple[SegmentRef, Path, Path]:
    """(ref, the segment's file, its copy) in `folder`."""
    ref = write_segment(folder, 1, "graph", SECTIONS)
    freeze(folder, ref)
    return ref, folder / layout.SEGMENTS / ref.name, layout.frozen_path(folder, ref.name)


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SegmentRef, Path, bytes]:
    """(folder, ref, the copy's path, the copy) where the segment itself is gone."""
    folder = tmp_path_factory.mktemp("lost")
    ref, segment, copy = frozen(folder)
    segment.unlink()
    return folder, ref, copy, copy.read_bytes()


def assert_refused(folder: Path, ref: SegmentRef) -> None:
    """Neither read nor checked, and the segment's place stays empty."""
    with pytest.raises(DamagedCopy):
        thaw(folder, ref)
    with pytest.raises(DamagedCopy):
        check_copy(folder, ref)
    assert list((folder / layout.SEGMENTS).iterdir()) == []


@quick
@given(position=st.floats(0, 1), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(lost: tuple[Path, SegmentRef, Path, bytes], position: float, bit: int) -> None:
    """Wherever it is."""
    folder, ref, copy, whole = lost
    data = bytearray(whole)
    data[int(position * (len(data) - 1))] ^= 1 << bit
    copy.write_bytes(data)
    assert_refused(folder, ref)


@quick
@given(share=st.floats(0, 0.9999))
def test_any_cut_is_found(lost: tuple[Path, SegmentRef, Path, bytes], share: float) -> None:
    """Also a file of nothing, which is what a loss of power may leave of a copy."""
    folder, ref, copy, whole = lost
    copy.write_bytes(whole[: int(share * len(whole))])
    assert_refused(folder, ref)


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
@pytest.mark.parametrize("label", ["freeze", "thaw"])
def test_a_kill_at_any_step_leaves_the_one_or_the_other(tmp_path: Path, label: str) -> None:
    """What is there under its name is whole, and what is missing can be made from the other."""
    dry = tmp_path / "dry"
    dry.mkdir()
    ref = write_segment(dry, 1, "graph", SECTIONS)
    seen: list[str] = []
    with observed(seen.append):
        freeze(dry, ref)
        thaw(dry, ref)
    names = [name for name in dict.fromkeys(seen) if name.startswith(label)]
    for number, name in enumerate(names):
        folder = tmp_path / str(number)
        folder.mkdir()
        ref, segment, copy = frozen(folder)
        whole = segment.read_bytes()
        (copy if label == "freeze" else segment).unlink()

        def die(step: str, name: str = name) -> None:
            if step == name:
                os.kill(os.getpid(), signal.SIGKILL)

        def work(folder: Path = folder, ref: SegmentRef = ref) -> None:
            with observed(die):
                freeze(folder, ref) if label == "freeze" else thaw(folder, ref)

        status, answer = in_child(work)
        assert os.WIFSIGNALED(status), (name, answer)
        if copy.exists():
            check_copy(folder, ref)
        if label == "thaw":
            assert thaw(folder, ref)
        assert segment.read_bytes() == whole


def reader(folder: Path, ref: SegmentRef) -> subprocess.Popen[str]:
    """A process that has mapped the segment and waits."""
    code = (
        "import sys; from pathlib import Path; from lepasserelle.storage import Segment, SegmentRef\n"
        "ref = SegmentRef(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])\n"
        "segment = Segment.open(Path(sys.argv[1]), ref); print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(folder), ref.kind, ref.name, str(ref.size_bytes), ref.checksum]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="a lock there is no lock of a map")
def test_freezing_skips_a_segment_that_a_reader_holds_and_takes_it_when_that_one_died(tmp_path: Path) -> None:
    """The exclusive lock of the segment: another process that maps it keeps it from us, until it is gone, also by kill -9."""
    ref, _, copy = frozen(tmp_path)
    copy.unlink()
    with reader(tmp_path, ref) as process:
        with pytest.raises(SegmentInUseError):
            freeze(tmp_path, ref)
        assert not copy.exists()
        process.kill()
    assert freeze(tmp_path, ref) == copy.stat().st_size
    check_copy(tmp_path, ref)


@pytest.mark.skipif(sys.platform == "win32", reason="a lock there is no lock of a map")
def test_a_reader_never_waits_for_freezing(tmp_path: Path) -> None:
    """It opens the segment while that is frozen; and once it has closed it, the lock is gone with its map."""
    ref, _, copy = frozen(tmp_path)
    opened: list[bool] = []

    def read(step: str) -> None:
        if step == "freeze.locked":
            with Segment.open(tmp_path, ref) as segment:
                opened.append(segment.is_open)

    with observed(read):
        freeze(tmp_path, ref)
    assert opened == [True]
    with Segment.open(tmp_path, ref), pytest.raises(SegmentInUseError):
        freeze(tmp_path, ref)
    check_copy(tmp_path, ref)
    assert freeze(tmp_path, ref) == copy.stat().st_size
