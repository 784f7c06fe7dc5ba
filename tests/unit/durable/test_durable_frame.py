"""Frames: what was packed comes back, and every change to a frame is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.durable.frame import CODEC_ZSTD, HEADER_BYTES, pack, unpack
from lepasserelle.errors import DamagedError

kinds = st.text("abcdefghijklmnopqrstuvwxyz-_0123456789", min_size=1, max_size=16)


@given(kinds, st.binary(max_size=300), st.integers(0, 2**16 - 1), st.integers(0, 2**64 - 1))
def test_frame_gives_back_what_was_packed(kind: str, payload: bytes, codec: int, epoch: int) -> None:
    """All fields survive."""
    frame = unpack(pack(kind, payload, codec=codec, epoch=epoch))
    assert (frame.kind, frame.codec, frame.epoch, bytes(frame.payload)) == (kind, codec, epoch, payload)


@given(st.binary(max_size=60), st.data())
def test_every_flipped_bit_is_found(payload: bytes, data: st.DataObject) -> None:
    """There is no byte in a frame that no checksum covers."""
    frame = bytearray(pack("graph", payload, codec=CODEC_ZSTD))
    position = data.draw(st.integers(0, len(frame) * 8 - 1))
    frame[position // 8] ^= 1 << position % 8
    with pytest.raises(DamagedError):
        unpack(frame)


@given(st.binary(max_size=60), st.integers(0, HEADER_BYTES + 59), st.binary(min_size=1, max_size=4))
def test_truncated_or_longer_frames_are_found(payload: bytes, cut: int, more: bytes) -> None:
    """A frame is all of its bytes and nothing else."""
    frame = pack("graph", payload)
    for changed in (frame[: min(cut, len(frame) - 1)], frame + more):
        with pytest.raises(DamagedError):
            unpack(changed)


@pytest.mark.parametrize("kind", ["", "x" * 17, "a\0b", "é"])
def test_kind_that_does_not_fit_is_refused(kind: str) -> None:
    """A kind is written whole or not at all."""
    with pytest.raises(ValueError):
        pack(kind, b"")
