"""The text segment gives back every byte of every file."""

import random
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_samples import indexed

from lepasserelle.errors import DamagedError
from lepasserelle.storage import Segment, TextStore, build_text, pack_text, write_segment
from lepasserelle.storage.text import unpack_text


def stored(texts: list[bytes]) -> TextStore:
    """A store over what `build_text` makes of `texts`."""
    return TextStore(build_text(lambda: ((indexed(f"{n}.py", text), pack_text(text)) for n, text in enumerate(texts))))


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=400), max_size=8))
def test_every_file_comes_back(texts: list[bytes]) -> None:
    """Empty files and no files at all, too."""
    store = stored(texts)
    assert store.file_count == len(texts)
    assert [store.read(number) for number in range(len(texts))] == texts
    assert [store.size_bytes(number) for number in range(len(texts))] == [len(text) for text in texts]


@given(st.binary(max_size=200), st.integers(-5, 210), st.integers(-5, 210))
def test_slices_are_those_of_the_text_or_an_error(text: bytes, start: int, end: int) -> None:
    """A range outside the text is a caller's mistake and never a shorter answer."""
    store = stored([b"before", text, b"after"])
    if 0 <= start <= end <= len(text):
        assert store.slice(1, start, end) == text[start:end]
    else:
        with pytest.raises(ValueError):
            store.slice(1, start, end)


@pytest.mark.parametrize("file_index", [-1, 2])
def test_file_that_does_not_exist_is_an_index_error(file_index: int) -> None:
    """Negative numbers do not count from the end."""
    with pytest.raises(IndexError):
        stored([b"a", b"b"]).read(file_index)


def test_large_text_survives_a_segment_on_disk(tmp_path: Path) -> None:
    """A file of a megabyte and its neighbours, mapped."""
    texts = [random.Random(1).randbytes(1 << 20), b"x" * (1 << 20), "né\r\n\0".encode()]
    sections = build_text(lambda: ((indexed(f"{n}", text), pack_text(text)) for n, text in enumerate(texts)))
    with Segment.open(tmp_path, write_segment(tmp_path, 1, "text", sections)) as segment:
        store = TextStore(segment.sections)
        assert [store.read(number) for number in range(3)] == texts
        del store


def test_packing_is_deterministic() -> None:
    """The same text makes the same frame, so the same tree makes the same segment."""
    assert pack_text(b"abc" * 1000) == pack_text(b"abc" * 1000)
    assert unpack_text(pack_text(b"abc")) == b"abc"


@pytest.mark.parametrize("frame", [b"", b"not zstd", zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 100)])
def test_what_is_no_frame_of_known_size_is_damage(frame: bytes) -> None:
    """Such a text has to be read from its source again."""
    with pytest.raises(DamagedError, match=r"of a\.py"):
        build_text(lambda: iter([(indexed("a.py", b""), frame)]))


def test_sections_that_do_not_belong_together_are_damage() -> None:
    """Missing sections, frames that are no frames and sizes that are wrong are told."""
    sections = dict(build_text(lambda: iter([(indexed("a.py", b"abc"), pack_text(b"abc"))])))
    with pytest.raises(DamagedError, match="no section"):
        TextStore({})
    with pytest.raises(DamagedError):
        TextStore(sections | {"text.frames": np.zeros(20, np.uint8)}).read(0)
    with pytest.raises(DamagedError):
        TextStore(sections | {"text.sizes": np.array([4], np.uint64)}).read(0)
