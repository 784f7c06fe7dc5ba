"""A segment whose file and copy are gone, out of lestockage: the bytes that were written, whatever they were."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lepasserelle.ingest.copies import keep_copies, keep_in_lestockage, restore
from lepasserelle.ingest.reserving import copied_bytes, rebuild_bytes
from lepasserelle.storage import Index, Lestockage, SegmentRef, write_segment
from lepasserelle.storage.layout import SEGMENTS, frozen_path

arrays = hnp.arrays(
    st.sampled_from(["u1", "<u2", "<i4", "<u8", "<f4"]), hnp.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=60)
)
LARGE = {"ascending": np.arange(200_000, dtype="<u4"), "noise": np.random.default_rng(1).integers(0, 256, 700_000).astype(np.uint8)}
"""More than a megabyte of copy: several pieces."""


def lost(index: Index, lestockage: Lestockage, sections: dict[str, np.ndarray]) -> tuple[SegmentRef, bytes]:
    """A published segment, copied and then deleted with its copy; and what it held."""
    ref = write_segment(index.folder, 1, "graph", sections)
    notes: list[str] = []
    manifest = index.publish(1, [ref], {})
    keep_copies(index, manifest, notes)
    keep_in_lestockage(index, lestockage, manifest, notes)
    assert not notes
    path = index.folder / SEGMENTS / ref.name
    data = path.read_bytes()
    path.unlink()
    frozen_path(index.folder, ref.name).unlink()
    return ref, data


@settings(max_examples=20, deadline=None)
@given(sections=st.dictionaries(st.text("abc", min_size=1, max_size=3), arrays, max_size=4) | st.just(LARGE))
def test_any_segment_comes_back_out_of_lestockage(
    tmp_path_factory: pytest.TempPathFactory, sections: dict[str, np.ndarray]
) -> None:
    """Byte for byte, and its copy's file with it."""
    index = Index.open(tmp_path_factory.mktemp("index"))
    with index.writer_lock(), Lestockage.open(index.folder) as lestockage:
        ref, data = lost(index, lestockage, sections)
        assert restore(index, lestockage, [ref]) == [ref]
    path: Path = index.folder / SEGMENTS / ref.name
    assert path.read_bytes() == data
    assert frozen_path(index.folder, ref.name).exists()


def test_a_copy_of_another_form_is_forgotten(tmp_path: Path) -> None:
    """What a file held that is no copy comes out of lestockage as it is, is refused, and is not kept for the next time."""
    index = Index.open(tmp_path)
    with index.writer_lock(), Lestockage.open(index.folder) as lestockage:
        ref, _ = lost(index, lestockage, LARGE)
        nothing = tmp_path / "nothing"
        nothing.write_bytes(b"no copy at all")
        lestockage.keep_copies({})
        lestockage.keep_copies({ref: nothing})
        assert restore(index, lestockage, [ref]) == []
        assert lestockage.copies() == set()
    assert not frozen_path(index.folder, ref.name).exists()
    assert not (index.folder / SEGMENTS / ref.name).exists()


@pytest.mark.parametrize("edges", [50_000, 400_000])
def test_bringing_a_graph_back_takes_no_more_than_is_claimed_for_it(tmp_path: Path, edges: int) -> None:
    """What edges lead to is made again out of whole columns: that grows with the graph, and so does the claim."""
    chance = np.random.default_rng(2)
    out, count = np.sort(chance.integers(0, edges // 4, edges)), edges // 4
    sections = {
        "nodes": chance.integers(0, 256, (count, 24)).astype(np.uint8),
        "out_start": np.searchsorted(out, np.arange(count + 1)).astype("<u4"),
    }
    target = chance.integers(0, count, edges).astype("<u4")
    order = np.argsort(target, kind="stable")
    sections["in_start"] = np.searchsorted(target[order], np.arange(count + 1)).astype("<u4")
    sections["in_edge"] = order.astype("<u4")
    sections["out_target"] = target
    index = Index.open(tmp_path)
    with index.writer_lock(), Lestockage.open(tmp_path) as lestockage:
        ref, data = lost(index, lestockage, sections)
        whole = ref.size_bytes
        assert lestockage_bytes(lestockage, ref) < whole - target.nbytes, "what edges lead to is left out"
        tracemalloc.start()
        try:
            assert restore(index, lestockage, [ref]) == [ref]
            peak_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak_bytes <= rebuild_bytes(0) + copied_bytes(["graph"], {"symbols": count, "edges": edges})
    assert (index.folder / SEGMENTS / ref.name).read_bytes() == data


def lestockage_bytes(lestockage: Lestockage, ref: SegmentRef) -> int:
    """Length of the copy that is kept there."""
    return sum(len(piece) for piece in lestockage.copy(ref))
