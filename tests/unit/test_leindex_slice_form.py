"""Slices as they are stored: the same slice comes back, and nothing else is taken for one."""

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.leindex import slice_form
from lepasserelle.leindex.slice_form import FORM, columns_of, pack, unpack
from lepasserelle.model.slices import Slice, SliceStatement

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
texts |= st.sampled_from(["", "\n", "a\n", "a\nb", "\r\n\x0b", "\n\n"])
numbers = st.integers(-3, 1 << 40)
statements = st.builds(
    SliceStatement,
    st.sampled_from(["a.py", "b/c.py", ""]),
    numbers,
    numbers,
    texts,
    texts,
    st.lists(texts, max_size=3).map(tuple),
    st.integers(0, 3),
)
slices = st.builds(
    Slice,
    texts,
    numbers,
    texts,
    st.sampled_from(["backward", "forward"]),
    texts,
    st.lists(statements, max_size=6).map(tuple),
    st.booleans(),
    st.lists(texts, max_size=2).map(tuple),
    st.integers(0, 9),
)


@given(slices)
def test_any_slice_comes_back(found: Slice) -> None:
    """Whatever its texts are and however many lines they have."""
    assert unpack(pack(found)) == found


@given(st.binary(max_size=200), slices)
def test_nothing_else_is_a_slice(data: bytes, found: Slice) -> None:
    """Neither other bytes, nor a slice as it was stored before, nor one of a later form, nor one that is cut."""
    later = bytes((FORM + 1,)) + pack(found)[1:]
    for other in (data, bytes((FORM,)) + data, msgspec.msgpack.encode(found), later, pack(found)[:-1]):
        with pytest.raises(ValueError, match=r"."):
            unpack(other)


@pytest.mark.parametrize(
    "change", [{"path": 99}, {"symbols": (99,)}, {"starts": (1, 2, 3)}, {"text": "one\nline\nmore"}, {"whys": ()}]
)
def test_columns_that_do_not_fit_are_no_slice(change: dict[str, object]) -> None:
    """Whole bytes of another meaning are understood as nothing."""
    found = Slice("a.py", 3, "x", "backward", "f", (SliceStatement("a.py", 3, 3, "f", "x = 1", ("asked for",)),), True)
    columns = msgspec.structs.replace(columns_of(found), **change)
    known = zstandard.ZstdCompressionDict(slice_form._dictionary().as_bytes())
    packed = zstandard.ZstdCompressor(dict_data=known, write_dict_id=False).compress(msgspec.msgpack.encode(columns))
    with pytest.raises(ValueError, match=r"slice|shorter|longer"):
        unpack(bytes((FORM,)) + packed)


def test_a_small_slice_takes_less_than_a_fifth() -> None:
    """Of the record that it was stored as; zstd alone makes a third of that."""
    rows = [
        SliceStatement("core/messages.py", 11 + line, 11 + line, "core.messages.CheckMessage.__init__", text, ("decides",))
        for line, text in enumerate(("        if not isinstance(level, int):", "            return None", "        for one in it:"))
    ]
    found = Slice("core/messages.py", 12, "", "backward", "core.messages.CheckMessage.__init__", tuple(rows), True)
    record = msgspec.msgpack.encode(found)
    assert len(pack(found)) * 5 < len(record)
    assert len(pack(found)) * 2 < len(zstandard.ZstdCompressor(level=1).compress(record))


def test_want_of_memory_is_no_slice_that_is_damaged(request: pytest.FixtureRequest) -> None:
    """It is `MemoryError`, and whoever asked knows what to do."""
    found = Slice("a.py", 3, "x", "backward", "f", (), True)
    packed = pack(found)
    request.getfixturevalue("zstd_is_short_of_memory")  # what is read was made before
    with pytest.raises(MemoryError):
        pack(found)
    with pytest.raises(MemoryError):
        unpack(packed)
