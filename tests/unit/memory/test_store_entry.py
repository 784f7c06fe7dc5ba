"""The bytes of a stored entry: what was packed comes back, every change is found, a name belongs to one entry."""

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.durable import frame
from lepasserelle.errors import DamagedError
from lepasserelle.memory import store_entry
from lepasserelle.memory.store_entry import EntryHead

kinds = st.from_regex(r"[a-z][a-z0-9_]{0,15}", fullmatch=True)
epochs = st.integers(0, 2**64 - 1)
payloads = st.one_of(st.binary(max_size=600), st.binary(min_size=1, max_size=8).map(lambda part: part * 200))


@given(kinds, epochs, st.binary(max_size=300), payloads)
def test_entry_gives_back_what_was_packed(kind: str, epoch: int, key: bytes, payload: bytes) -> None:
    """Kind, epoch, the whole key and the payload; the head also without the rest."""
    head = EntryHead(kind, epoch, key)
    data = store_entry.pack(head, payload)
    assert store_entry.unpack(data) == (head, payload)
    assert store_entry.read_head(data[: store_entry.head_length(data)]) == head
    name = store_entry.file_name(kind, epoch, key)
    assert store_entry.belongs(head, name)
    assert store_entry.title(name) == (kind, epoch)


def test_want_of_memory_is_neither_damage_nor_an_error_of_the_compressor(request: pytest.FixtureRequest) -> None:
    """Both ways it is `MemoryError`: whoever spills or reads knows what to do about that, and nothing goes into quarantine."""
    head, payload = EntryHead("analysis", 1, b"key"), b"word " * 5_000
    data = store_entry.pack(head, payload)
    request.getfixturevalue("zstd_is_short_of_memory")  # what is read was made before
    with pytest.raises(MemoryError):
        store_entry.pack(head, payload)
    with pytest.raises(MemoryError):
        store_entry.unpack(data)


@given(payloads, st.data())
def test_every_flipped_bit_is_found(payload: bytes, data: st.DataObject) -> None:
    """No byte of a file is without a checksum."""
    packed = bytearray(store_entry.pack(EntryHead("analysis", 7, b"a key"), payload))
    place = data.draw(st.integers(0, len(packed) * 8 - 1))
    packed[place // 8] ^= 1 << place % 8
    with pytest.raises(DamagedError):
        store_entry.unpack(bytes(packed))


@given(payloads, st.integers(0, 900), st.binary(min_size=1, max_size=4))
def test_cut_and_lengthened_entries_are_found(payload: bytes, cut: int, more: bytes) -> None:
    """Also an empty file."""
    packed = store_entry.pack(EntryHead("analysis", 7, b"a key"), payload)
    for changed in (packed[: min(cut, len(packed) - 1)], packed + more):
        with pytest.raises(DamagedError):
            store_entry.unpack(changed)


def joined(first: bytes, second: bytes) -> bytes:
    """A file of two frames, as they were written before."""
    return store_entry.FORMER_MAGIC + len(first).to_bytes(4, "little") + first + second


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (frame.pack("other", b"x", epoch=7), "two"),
        (frame.pack("analysis", b"x", epoch=8), "two"),
        (frame.pack("analysis", b"x", epoch=7, codec=9), "codec 9"),
        (frame.pack("analysis", b"no zstd", epoch=7, codec=frame.CODEC_ZSTD), "decompressed"),
    ],
)
def test_whole_frames_of_the_former_layout_that_are_no_entry_are_found(second: bytes, why: str) -> None:
    """Checksums alone do not make an entry."""
    with pytest.raises(DamagedError, match=why):
        store_entry.unpack(joined(frame.pack("analysis", b"key", epoch=7), second))


@given(kinds, epochs, st.binary(max_size=300), payloads)
def test_entries_of_the_former_layout_are_read(kind: str, epoch: int, key: bytes, payload: bytes) -> None:
    """What was stored before is an answer still, and one that is cut or altered is none."""
    packed = zstandard.ZstdCompressor().compress(payload)
    data = joined(frame.pack(kind, key, epoch=epoch), frame.pack(kind, packed, codec=frame.CODEC_ZSTD, epoch=epoch))
    assert store_entry.unpack(data) == (EntryHead(kind, epoch, key), payload)
    assert store_entry.read_head(data[: store_entry.head_length(data)]) == EntryHead(kind, epoch, key)
    for changed in (data[:-1], data + b"x", data[:60] + bytes((data[60] ^ 1,)) + data[61:]):
        with pytest.raises(DamagedError):
            store_entry.unpack(changed)


@given(payloads)
def test_what_is_stored_belongs_to_its_head(payload: bytes) -> None:
    """The head of one entry and what was stored of another, each whole, are no entry: the same payload under another key."""
    one, other = (store_entry.pack(EntryHead("analysis", 7, key), payload) for key in (b"one", b"two"))
    length = store_entry.head_length(one)
    assert length == store_entry.head_length(other)
    with pytest.raises(DamagedError):
        store_entry.unpack(one[:length] + other[length:])


def test_a_small_entry_takes_less_than_a_hundred_bytes_beside_key_and_payload() -> None:
    """It was 120 more than the key, a third of a small answer."""
    assert len(store_entry.pack(EntryHead("slices", 3, b"k" * 48), b"x")) <= 48 + 1 + 50


def test_large_payloads_are_compressed_and_others_left() -> None:
    """What does not become smaller is kept as it is."""
    repeated = store_entry.pack(EntryHead("analysis", 0, b"k"), b"def f(): return 1\n" * 500)
    assert len(repeated) < 1000
    noise = zstandard.ZstdCompressor().compress(bytes(range(256)) * 3)
    _, body = store_entry.check(store_entry.pack(EntryHead("analysis", 0, b"k"), noise))
    assert body.codec == frame.CODEC_RAW


@pytest.mark.parametrize(
    ("kind", "epoch", "key"),
    [
        ("", 0, b""),
        ("Upper", 0, b""),
        ("a.b", 0, b""),
        ("../up", 0, b""),
        ("x" * 17, 0, b""),
        ("a", -1, b""),
        ("a", 2**64, b""),
        ("a", 0, b"k" * (store_entry.LONGEST_KEY_BYTES + 1)),
    ],
)
def test_names_out_of_bounds_are_refused(kind: str, epoch: int, key: bytes) -> None:
    """Nothing that a caller says can leave the folder or grow without end."""
    with pytest.raises(ValueError, match="not"):
        store_entry.file_name(kind, epoch, key)


@given(st.text(max_size=90))
def test_other_names_are_no_entries(name: str) -> None:
    """A stranger's file in the folder is left alone."""
    assert store_entry.title(name) is None
    assert store_entry.title(f"a.1.{'0' * 40}") == ("a", 1)
    assert store_entry.title(f"a.01.{'0' * 40}") is None


@given(st.lists(st.tuples(st.sampled_from(["a", "ab", "a1"]), st.integers(0, 12), st.binary(max_size=2)), max_size=20, unique=True))
def test_names_never_meet(names: list[tuple[str, int, bytes]]) -> None:
    """Different kind, epoch or key: different file."""
    assert len({store_entry.file_name(*name) for name in names}) == len(names)
