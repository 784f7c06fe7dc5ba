"""Segment files: what was written comes back, and what was altered does not."""

import errno
import gc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lepasserelle.durable.steps import observed
from lepasserelle.errors import StorageError
from lepasserelle.storage import DamagedSegment, Segment, SegmentRef, VersionMismatch, segments, write_segment
from lepasserelle.storage.parts import read_parts

names = st.text(min_size=1, max_size=20)
dtypes = st.sampled_from(["<u1", "<u4", ">u4", "<i8", "<f4", ">f8", "?", "S5", [("a", "<u4"), ("b", "u1")]])
shapes = st.one_of(st.tuples(st.integers(0, 9)), st.tuples(st.integers(0, 5), st.integers(0, 5)))


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    """An array of a storable type, often empty, sometimes not contiguous."""
    array = draw(hnp.arrays(np.dtype(draw(dtypes)), draw(shapes)))
    return array.T if draw(st.booleans()) else array[:: draw(st.sampled_from([1, 2]))]


@settings(max_examples=40)
@given(st.dictionaries(names, arrays(), max_size=6), st.integers(1, 2**63))
def test_segment_gives_back_names_order_shapes_and_values(
    tmp_path_factory, sections: dict[str, np.ndarray], generation: int
) -> None:
    """Builders and readers see the same arrays; big-endian items come back little-endian."""
    folder = tmp_path_factory.mktemp("s")
    ref = write_segment(folder, generation, "graph", sections)
    with Segment.open(folder, ref) as segment:
        assert list(segment.sections) == list(sections)
        for name, array in sections.items():
            found = segment.sections[name]
            assert found.shape == array.shape
            assert found.dtype == array.dtype.newbyteorder("<")
            assert found.tobytes() == np.ascontiguousarray(array, found.dtype).tobytes()
            assert not found.flags.writeable
        assert segment.file_bytes == (folder / "segments" / ref.name).stat().st_size
        assert segment.section_bytes == {name: array.nbytes for name, array in sections.items()}


def test_some_sections_are_read_without_the_others(tmp_path: Path) -> None:
    """As plain memory of the same numbers; what is read is verified, and what is not read may be damaged."""
    sections = {"a": np.arange(90, dtype=np.uint32), "b": np.ones((5, 3), np.uint8), "c": np.arange(3, dtype=np.float32)}
    ref = write_segment(tmp_path, 1, "graph", sections)
    path = tmp_path / "segments" / ref.name
    data = path.read_bytes()
    with Segment.open(tmp_path, ref) as segment:
        at = segment.data_offset
    for wanted in (["a", "b"], ["a"], ["b", "missing"]):
        found = read_parts(tmp_path, ref, wanted)
        assert {name: view.tolist() for name, view in found.items()} == {
            name: sections[name].ravel().tolist() for name in wanted if name in sections
        }
    path.write_bytes(data[: at + 8] + bytes([data[at + 8] ^ 1]) + data[at + 9 :])
    assert read_parts(tmp_path, ref, ["b"])["b"].tolist() == [1] * 15
    with pytest.raises(DamagedSegment, match="'a' is altered"):
        read_parts(tmp_path, ref, ["a"])
    path.write_bytes(data)
    with pytest.raises(DamagedSegment, match="whole numbers"):
        read_parts(tmp_path, ref, ["c"])


def test_same_sections_make_the_same_bytes(tmp_path: Path) -> None:
    """A segment's name tells its content."""
    sections = {"a": np.arange(10), "b": np.zeros((2, 2), np.float32)}
    refs = [write_segment(tmp_path / part, 7, "graph", sections) for part in "xy"]
    assert refs[0] == refs[1]
    assert refs[0].name == f"7-graph-{refs[0].checksum}.seg"
    assert len({(tmp_path / part / "segments" / refs[0].name).read_bytes() for part in "xy"}) == 1


def test_sections_begin_on_cache_lines_of_the_file(tmp_path: Path) -> None:
    """Every section is aligned to 64 bytes, in the file and so in memory."""
    ref = write_segment(tmp_path, 1, "graph", {name: np.ones(number, np.uint8) for number, name in enumerate("abcdef", 1)})
    with Segment.open(tmp_path, ref) as segment:
        assert segment.data_offset % 64 == 0
        assert all(array.__array_interface__["data"][0] % 64 == 0 for array in segment.sections.values())


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    """There is no byte of a segment that no checksum covers: not in the header, the table, the data or the padding."""
    ref = write_segment(tmp_path, 1, "graph", {"a": np.arange(5, dtype=np.uint32), "b": np.ones((2, 3), np.uint8)})
    path = tmp_path / "segments" / ref.name
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << position % 8]) + whole[position + 1 :])
        with pytest.raises(DamagedSegment):
            Segment.open(tmp_path, ref)
    path.write_bytes(whole)
    Segment.open(tmp_path, ref).close()


def test_every_truncation_and_any_longer_file_is_found(tmp_path: Path) -> None:
    """A map of a shorter file would be a SIGBUS; the size is compared first."""
    ref = write_segment(tmp_path, 1, "graph", {"a": np.arange(50, dtype=np.uint32)})
    path = tmp_path / "segments" / ref.name
    whole = path.read_bytes()
    for data in (*(whole[:length] for length in range(0, len(whole), 7)), whole + b"\0"):
        path.write_bytes(data)
        with pytest.raises(DamagedSegment):
            Segment.open(tmp_path, ref)
    path.unlink()
    with pytest.raises(DamagedSegment, match="missing") as caught:
        Segment.open(tmp_path, ref)
    assert (caught.value.ref, caught.value.path) == (ref, path)


def test_segment_of_another_content_is_not_taken_for_it(tmp_path: Path) -> None:
    """A whole file under a wrong name, as after a mistake with a copy, is found."""
    one = write_segment(tmp_path, 1, "graph", {"a": np.zeros(4, np.uint8)})
    two = write_segment(tmp_path, 1, "graph", {"a": np.ones(4, np.uint8)})
    with pytest.raises(DamagedSegment):
        Segment.open(tmp_path, SegmentRef("graph", one.name, one.size_bytes, two.checksum))
    with pytest.raises(DamagedSegment):
        Segment.open(tmp_path, SegmentRef("lexical", one.name, one.size_bytes, one.checksum))


def test_segment_of_another_version_is_told_apart_from_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is whole, but means something else."""
    monkeypatch.setattr(segments, "FORMAT_VERSION", 99)
    ref = write_segment(tmp_path, 1, "graph", {"a": np.zeros(4, np.uint8)})
    monkeypatch.undo()
    with pytest.raises(VersionMismatch) as caught:
        Segment.open(tmp_path, ref)
    assert (caught.value.found, caught.value.expected) == (99, 1)


def test_arrays_outlive_the_segment_they_came_from(tmp_path: Path) -> None:
    """Closing a segment under an array that is still held must not crash the process."""
    ref = write_segment(tmp_path, 1, "graph", {"a": np.arange(1000)})
    segment = Segment.open(tmp_path, ref)
    array = segment.sections["a"]
    segment.close()
    segment.close()
    gc.collect()
    assert not segment.is_open
    assert dict(segment.sections) == {}
    assert int(array.sum()) == 499500


def test_deleted_file_stays_readable_through_its_map(tmp_path: Path) -> None:
    """Garbage collection under an unpinned reader does no harm to what it has open."""
    ref = write_segment(tmp_path, 1, "graph", {"a": np.arange(100_000)})
    with Segment.open(tmp_path, ref) as segment:
        (tmp_path / "segments" / ref.name).unlink()
        assert int(segment.sections["a"][-1]) == 99_999


@pytest.mark.parametrize(
    "array",
    [
        np.array(1),
        np.zeros((1, 1, 1)),
        np.array([object()]),
        np.array(["x"]),
        np.zeros(2, [("a", [("b", "u1")])]),
        np.zeros(2, "V0"),
    ],
)
def test_array_without_a_fixed_form_is_refused(tmp_path: Path, array: np.ndarray) -> None:
    """Objects, nested records and other dimensions are a builder's mistake."""
    with pytest.raises(ValueError):
        write_segment(tmp_path, 1, "graph", {"a": array})
    assert not (tmp_path / "segments").exists() or not list((tmp_path / "segments").iterdir())


@pytest.mark.parametrize("kind", ["", "Graph", "a/b", "x" * 17])
def test_kind_that_is_no_file_name_is_refused(tmp_path: Path, kind: str) -> None:
    """A kind becomes part of a file's name."""
    with pytest.raises(ValueError):
        write_segment(tmp_path, 1, kind, {})


def test_sector_that_cannot_be_read_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading through the map would be a SIGBUS; reading the file is an error that leads to a rebuild."""
    ref = write_segment(tmp_path, 1, "graph", {"a": np.arange(10)})

    def fail(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(segments, "_hash_of_next", fail)
    with pytest.raises(DamagedSegment, match="cannot read"):
        Segment.open(tmp_path, ref)


def test_failed_write_leaves_no_segment(tmp_path: Path) -> None:
    """A full disk in the middle of a segment is told and cleaned up."""

    def fail(name: str) -> None:
        if name == "segment.section":
            raise OSError(errno.ENOSPC, "No space left on device")

    with observed(fail), pytest.raises(StorageError, match="full"):
        write_segment(tmp_path, 1, "graph", {"a": np.arange(10)})
    assert list((tmp_path / "segments").iterdir()) == []
