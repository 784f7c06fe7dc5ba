"""Compressed copies of segments: byte for byte the same after thawing, or not there."""

import struct
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lepasserelle.durable.steps import observed
from lepasserelle.errors import StorageError
from lepasserelle.model import Derivation
from lepasserelle.storage import DamagedCopy, DamagedSegment, Index, Segment, SegmentRef, frozen, layout, write_segment
from lepasserelle.storage.copy_header import HEADER_BYTES, CopyHeader
from lepasserelle.storage.frozen import CHUNK_BYTES, COPY_VERSION, Derivations, copy_bytes, freeze
from lepasserelle.storage.thawing import check_copy, thaw

CHANCE = np.random.default_rng(5)
ROWS = 3 * CHUNK_BYTES // 4 + 17
LARGE = {
    "ascending": np.cumsum(CHANCE.integers(0, 9, ROWS)).astype("<u4"),
    "noise": CHANCE.integers(0, 256, (5000, 128)).astype(np.int8),
    "records": np.zeros(700, [("a", "<u4"), ("b", "u1"), ("c", "<u2")]),
    "table": CHANCE.integers(0, 1000, (999, 3)).astype("<u4"),
    "floats": CHANCE.random(1000, np.float32),
    "none": np.zeros((0, 7), np.uint16),
    "words": np.frombuffer(b"a text of words, a text of words, " * 500, np.uint8),
}
"""Several chunks, several types, nothing at all."""


def file_of(folder: Path, ref: SegmentRef) -> Path:
    """The segment's file."""
    return folder / layout.SEGMENTS / ref.name


def copy_of(folder: Path, ref: SegmentRef) -> Path:
    """Its copy's."""
    return layout.frozen_path(folder, ref.name)


def test_a_thawed_segment_is_the_one_that_was_frozen(tmp_path: Path) -> None:
    """Byte for byte, whatever its sections are; and the copy is smaller."""
    ref = write_segment(tmp_path, 3, "graph", LARGE)
    before = file_of(tmp_path, ref).read_bytes()
    size_bytes = freeze(tmp_path, ref)
    assert size_bytes == copy_bytes(tmp_path, ref) == copy_of(tmp_path, ref).stat().st_size
    assert size_bytes < 0.45 * len(before)
    file_of(tmp_path, ref).unlink()
    assert thaw(tmp_path, ref)
    assert file_of(tmp_path, ref).read_bytes() == before
    with Segment.open(tmp_path, ref) as segment:
        assert list(segment.sections) == list(LARGE)
    check_copy(tmp_path, ref)


def test_of_sections_that_are_the_same_the_former_copy_has_the_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is that which is made of the segment alone; only what is another is compressed."""
    former = write_segment(tmp_path, 3, "graph", LARGE)
    freeze(tmp_path, former)
    words = np.frombuffer(b"other words, and more of them, " * 600, np.uint8)
    ref = write_segment(tmp_path, 4, "graph", {**LARGE, "floats": LARGE["floats"][1:], "words": words})
    freeze(tmp_path, ref)
    alone = copy_of(tmp_path, ref).read_bytes()
    compressed, real = [], frozen._best_order
    monkeypatch.setattr(frozen, "_best_order", lambda entry, *rest: compressed.append(entry.name) or real(entry, *rest))
    assert freeze(tmp_path, ref, former=former) == len(alone)
    assert copy_of(tmp_path, ref).read_bytes() == alone
    assert compressed == ["floats", "words"]


@pytest.mark.parametrize("harm", ["chunk", "plan", "gone", "version"])
def test_a_former_copy_that_is_damaged_is_not_used(tmp_path: Path, harm: str) -> None:
    """Nor one of another version: the copy is made of the segment alone."""
    former = write_segment(tmp_path, 3, "graph", LARGE)
    freeze(tmp_path, former)
    ref = write_segment(tmp_path, 4, "graph", {**LARGE, "floats": LARGE["floats"][1:]})
    freeze(tmp_path, ref)
    alone, path = copy_of(tmp_path, ref).read_bytes(), copy_of(tmp_path, former)
    data = bytearray(path.read_bytes())
    if harm == "version":
        data = bytearray(as_version(bytes(data), COPY_VERSION - 2))
    else:
        data[len(data) // 2 if harm == "chunk" else -3] ^= 1
    path.unlink()
    if harm != "gone":
        path.write_bytes(data)
    freeze(tmp_path, ref, former=former)
    assert copy_of(tmp_path, ref).read_bytes() == alone


def as_version(data: bytes, version: int) -> bytes:
    """The copy with another version in its header, under a checksum that fits."""
    header = CopyHeader.of(data)
    plan = data[len(data) - header.plan_bytes :]
    return header._replace(version=version).packed(plan) + data[HEADER_BYTES:]


arrays = hnp.arrays(
    st.sampled_from(["u1", "i1", "<u2", "<i4", "<u8", "<f4", "<f8"]),
    hnp.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=40),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sections=st.dictionaries(st.text("abc", min_size=1, max_size=3), arrays, max_size=4))
def test_any_segment_comes_back(tmp_path: Path, sections: dict[str, np.ndarray]) -> None:
    """Whatever types and shapes, also without any section."""
    ref = write_segment(tmp_path, 1, "lexical", sections)
    before = file_of(tmp_path, ref).read_bytes()
    freeze(tmp_path, ref)
    file_of(tmp_path, ref).write_bytes(b"something else")
    assert thaw(tmp_path, ref)
    assert file_of(tmp_path, ref).read_bytes() == before


def test_what_does_not_compress_costs_almost_nothing_more(tmp_path: Path) -> None:
    """Chunks of noise are stored as they are."""
    noise = np.random.default_rng(1).integers(0, 256, 2 * CHUNK_BYTES).astype(np.uint8)
    ref = write_segment(tmp_path, 1, "vectors", {"noise": noise})
    assert freeze(tmp_path, ref) < ref.size_bytes + 512


def test_numbers_that_ascend_take_a_fraction(tmp_path: Path) -> None:
    """Differences and planes are really used: plain zstd makes half of these, the copy a tenth."""
    numbers = np.arange(0, 40_000_000, 40, dtype="<u4")
    ref = write_segment(tmp_path, 1, "lexical", {"numbers": numbers})
    assert freeze(tmp_path, ref) < 0.1 * numbers.nbytes


def test_freezing_takes_a_few_chunks_of_memory(tmp_path: Path) -> None:
    """Neither way holds the segment: one of 24 chunks is frozen and thawed within eight."""
    import tracemalloc

    ref = write_segment(tmp_path, 1, "graph", {"n": np.arange(24 * CHUNK_BYTES // 4, dtype="<u4")})
    tracemalloc.start()
    try:
        freeze(tmp_path, ref)
        thaw(tmp_path, ref)
        assert tracemalloc.get_traced_memory()[1] < 8 * CHUNK_BYTES
    finally:
        tracemalloc.stop()


def test_without_a_copy_nothing_is_thawed(tmp_path: Path) -> None:
    """And nothing is written."""
    ref = write_segment(tmp_path, 1, "graph", {"n": np.arange(9)})
    file_of(tmp_path, ref).unlink()
    assert copy_bytes(tmp_path, ref) is None
    assert thaw(tmp_path, ref) is False
    assert not file_of(tmp_path, ref).exists()
    check_copy(tmp_path, ref)


def test_a_copy_of_another_segment_under_this_name_is_found_out(tmp_path: Path) -> None:
    """A whole copy in the wrong place is damage."""
    ref = write_segment(tmp_path, 1, "graph", {"n": np.arange(9)})
    other = write_segment(tmp_path, 2, "graph", {"n": np.arange(9)})
    freeze(tmp_path, other)
    copy_of(tmp_path, other).rename(copy_of(tmp_path, ref))
    before = file_of(tmp_path, ref).read_bytes()
    with pytest.raises(DamagedCopy) as error:
        thaw(tmp_path, ref)
    assert (error.value.ref, error.value.path) == (ref, copy_of(tmp_path, ref))
    assert "leindex index" in str(error.value)
    assert file_of(tmp_path, ref).read_bytes() == before


def renumbered(copy: Path, version: int) -> None:
    """Give a copy another version."""
    data = bytearray(copy.read_bytes())
    data[8:12] = struct.pack("<I", version)
    plan_bytes = struct.unpack_from("<Q", data, 24)[0]
    data[40:48] = struct.pack("<Q", xxhash.xxh3_64_intdigest(bytes(data[:40]) + bytes(data[len(data) - plan_bytes :])))
    copy.write_bytes(data)


@pytest.mark.parametrize("version", [0, COPY_VERSION + 1])
def test_a_copy_of_another_version_counts_as_none(tmp_path: Path, version: int) -> None:
    """It is whole; it is made again."""
    ref = write_segment(tmp_path, 1, "graph", {"n": np.arange(9)})
    freeze(tmp_path, ref)
    renumbered(copy_of(tmp_path, ref), version)
    assert thaw(tmp_path, ref) is False


@pytest.mark.parametrize("position", [70, -70])
def test_a_damaged_segment_is_not_copied(tmp_path: Path, position: int) -> None:
    """In its head or in its data: there is no copy then."""
    ref = write_segment(tmp_path, 1, "graph", {"n": np.arange(900)})
    data = bytearray(file_of(tmp_path, ref).read_bytes())
    data[position] ^= 4
    file_of(tmp_path, ref).write_bytes(data)
    with pytest.raises(DamagedSegment):
        freeze(tmp_path, ref)
    assert copy_bytes(tmp_path, ref) is None
    assert list((tmp_path / layout.FROZEN).iterdir()) == []


def test_a_missing_segment_is_not_copied(tmp_path: Path) -> None:
    """It is said so."""
    ref = write_segment(tmp_path, 1, "graph", {"n": np.arange(900)})
    file_of(tmp_path, ref).unlink()
    with pytest.raises(DamagedSegment):
        freeze(tmp_path, ref)


@pytest.mark.parametrize("label", ["freeze", "thaw"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, label: str) -> None:
    """At any step: a storage error, no unfinished file, and the segment or the copy as it was."""
    ref = write_segment(tmp_path, 1, "graph", LARGE)
    seen: list[str] = []
    freeze(tmp_path, ref)
    with observed(seen.append):
        freeze(tmp_path, ref)
        thaw(tmp_path, ref)
    names = [name for name in dict.fromkeys(seen) if name.startswith(label) and not name.endswith(".durable")]
    assert len(names) >= 4
    whole = [file_of(tmp_path, ref).read_bytes(), copy_of(tmp_path, ref).read_bytes()]
    for name in names:

        def fail(step: str, name: str = name) -> None:
            if step == name:
                raise OSError(28, "No space left on device")

        with observed(fail), pytest.raises(StorageError, match="full"):
            (freeze if label == "freeze" else thaw)(tmp_path, ref)
        assert [file_of(tmp_path, ref).read_bytes(), copy_of(tmp_path, ref).read_bytes()] == whole
        assert not list(tmp_path.rglob("*.tmp"))


def test_copies_go_with_the_generation_that_they_belong_to(tmp_path: Path) -> None:
    """Those of the current and of a pinned one stay; foreign files too."""
    index = Index.open(tmp_path)
    with index.writer_lock():
        refs = {}
        for generation in (1, 2, 3):
            refs[generation] = write_segment(tmp_path, generation, "graph", {"n": np.arange(generation)})
            index.publish(generation, [refs[generation]], {})
            freeze(tmp_path, refs[generation])
            if generation == 2:
                pinned = index.pin()
        (tmp_path / layout.FROZEN / "note.txt").write_text("mine")
        (tmp_path / layout.FROZEN / ".x.frz.1-ab.tmp").write_text("of a killed run")
        freed_bytes = index.collect_garbage()
        assert freed_bytes > 0
        assert {path.name for path in (tmp_path / layout.FROZEN).iterdir()} == {
            copy_of(tmp_path, refs[2]).name,
            copy_of(tmp_path, refs[3]).name,
            "note.txt",
        }
        pinned.close()
        index.collect_garbage()
        assert copy_bytes(tmp_path, refs[2]) is None
        assert copy_bytes(tmp_path, refs[3]) is not None


HALVES = Derivation(("n",), lambda sections, _: np.asarray(sections["n"]) // 2)
FOLLOWING = {"halves": HALVES, "other": HALVES, "early": Derivation(("none",), lambda sections, _: sections["none"])}


@pytest.mark.parametrize(("derived", "is_read"), [(FOLLOWING, False), ({}, True)])
def test_a_copy_that_left_others_out_counts_as_none(tmp_path: Path, derived: Derivations, *, is_read: bool) -> None:
    """Version 2 derived other sections, so what it left out is not known here; without any it is read as it is."""
    numbers = np.arange(900)
    ref = write_segment(tmp_path, 1, "graph", {"n": numbers, "halves": numbers // 2})
    freeze(tmp_path, ref, derived)
    renumbered(copy_of(tmp_path, ref), 2)
    assert thaw(tmp_path, ref, derived) is is_read


@given(st.lists(st.integers(0, 1 << 30), max_size=200), st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_follows_from_other_sections_is_left_out_and_comes_back(tmp_path: Path, numbers: list[int], follows: bool) -> None:
    """Byte for byte; what does not follow after all is held."""
    whole = np.array(numbers, dtype="<u4")
    other = whole // 2 + np.uint32(0 if follows else 1)
    sections = {"early": whole, "n": whole, "halves": whole // 2, "other": other, "none": np.zeros(3, np.uint8)}
    ref = write_segment(tmp_path, 1, "graph", sections)
    before = file_of(tmp_path, ref).read_bytes()
    assert freeze(tmp_path, ref, FOLLOWING) <= freeze(tmp_path, ref)
    freeze(tmp_path, ref, FOLLOWING)
    check_copy(tmp_path, ref, FOLLOWING)
    file_of(tmp_path, ref).unlink()
    assert thaw(tmp_path, ref, FOLLOWING)
    assert file_of(tmp_path, ref).read_bytes() == before


def test_a_copy_that_cannot_be_completed_is_no_copy(tmp_path: Path) -> None:
    """Who does not know how a section follows, or knows another way, is told so and gets no segment."""
    ref = write_segment(tmp_path, 1, "graph", {"n": np.arange(9000), "halves": np.arange(9000) // 2})
    freeze(tmp_path, ref, FOLLOWING)
    file_of(tmp_path, ref).unlink()
    for known in (
        {},
        {"halves": Derivation(("n",), lambda sections, _: np.asarray(sections["n"]) // 3)},
        {"halves": Derivation((), lambda sections, _: max(sections))},
    ):
        with pytest.raises(DamagedCopy):
            thaw(tmp_path, ref, known)
        assert not file_of(tmp_path, ref).exists()


def test_a_copy_of_the_first_version_is_read(tmp_path: Path) -> None:
    """It derives nothing; everything else is as it is now."""
    ref = write_segment(tmp_path, 1, "graph", LARGE)
    before = file_of(tmp_path, ref).read_bytes()
    freeze(tmp_path, ref)
    renumbered(copy_of(tmp_path, ref), 1)
    file_of(tmp_path, ref).unlink()
    assert thaw(tmp_path, ref, FOLLOWING)
    assert file_of(tmp_path, ref).read_bytes() == before


def test_thawing_goes_through_the_same_pages_again_and_again(tmp_path: Path) -> None:
    """Of a segment of 24 chunks not one in eight of its pages is a fresh one of this process; a page each would be 6000."""
    resource = pytest.importorskip("resource")
    ref = write_segment(tmp_path, 1, "lexical", {"n": np.arange(24 * CHUNK_BYTES // 4, dtype="<u4")})
    freeze(tmp_path, ref)
    thaw(tmp_path, ref)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    thaw(tmp_path, ref)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < ref.size_bytes // resource.getpagesize() // 8 + 1000
