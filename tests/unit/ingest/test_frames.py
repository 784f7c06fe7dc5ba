"""Frames on a pipe: whole or not at all."""

import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.ingest.frames import MAX_FRAME_BYTES, FrameError, read_frame, write_frame


def through_a_pipe(raw: bytes) -> list[bytes]:
    """The frames in `raw`, as a reader at the other end of a pipe gets them."""
    reader, writer = os.pipe()
    thread = threading.Thread(target=lambda: (os.write(writer, raw) if raw else None, os.close(writer)))
    thread.start()
    frames = []
    try:
        while (frame := read_frame(reader)) is not None:
            frames.append(frame)
    finally:
        os.close(reader)
        thread.join()
    return frames


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_what_is_written_is_read_in_order(payloads: list[bytes]) -> None:
    """Any payloads come out as they went in, the empty one too."""
    reader, writer = os.pipe()
    for payload in payloads:
        write_frame(writer, payload)
    os.close(writer)
    assert [read_frame(reader) for _ in payloads] == payloads
    assert read_frame(reader) is None
    os.close(reader)


@given(st.binary(min_size=1, max_size=50), st.integers(min_value=0, max_value=53))
def test_a_cut_frame_is_not_handed_over(payload: bytes, cut: int) -> None:
    """A writer that dies in the middle of a frame leaves nothing half understood."""
    raw = len(payload).to_bytes(4, "little") + payload
    cut = min(cut, len(raw) - 1)
    assert through_a_pipe(raw + raw[:cut]) == [payload]


def test_a_frame_larger_than_the_pipe_goes_through() -> None:
    """Two megabytes pass a pipe that holds 64 kilobytes."""
    payload = os.urandom(2 << 20)
    reader, writer = os.pipe()
    thread = threading.Thread(target=write_frame, args=(writer, payload))
    thread.start()
    assert read_frame(reader) == payload
    thread.join()
    os.close(reader)
    os.close(writer)


def test_an_impossible_length_is_an_error() -> None:
    """What no honest child sends is refused before memory is taken for it."""
    with pytest.raises(FrameError, match="announced"):
        through_a_pipe((MAX_FRAME_BYTES + 1).to_bytes(4, "little"))


def test_writing_to_a_reader_that_is_gone_says_so() -> None:
    """The writer learns of it by the usual error."""
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(BrokenPipeError):
        write_frame(writer, b"x")
    os.close(writer)
