"""A segment whose file and copy are gone, out of lestockage: the bytes that were written, whatever they were."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lepasserelle.ingest.copies import keep_copies, keep_in_lestockage, restore
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
