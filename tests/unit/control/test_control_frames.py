"""Frames between processes: whole or not at all, bounded in size and time."""

import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.faces.control.frames import ControlError, FrameTooLargeError, receive_frame, send_frame

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two connected sockets."""
    left, right = socket.socketpair()
    with left, right:
        yield left, right


@given(payloads=st.lists(st.binary(max_size=5000), max_size=5))
def test_frames_come_as_they_were_sent(payloads: list[bytes]) -> None:
    """Any bytes, several in a row, and then a clean end."""
    left, right = socket.socketpair()
    with left, right:
        for payload in payloads:
            send_frame(left, payload, 1.0)
        left.shutdown(socket.SHUT_WR)
        assert [receive_frame(right, 5000, 1.0) for _ in payloads] == payloads
        assert receive_frame(right, 5000, 1.0) is None


@settings(max_examples=60)
@given(payload=st.binary(min_size=1, max_size=300), data=st.data())
def test_a_frame_that_is_cut_anywhere_is_an_error(payload: bytes, data: st.DataObject) -> None:
    """Half a frame is never handed over as a shorter one."""
    whole = len(payload).to_bytes(4, "little") + payload
    cut = data.draw(st.integers(1, len(whole) - 1))
    left, right = socket.socketpair()
    with left, right:
        left.sendall(whole[:cut])
        left.close()
        with pytest.raises(ControlError, match="cut off"):
            receive_frame(right, 1000, 1.0)


@given(noise=st.binary(max_size=64), most_bytes=st.integers(0, 40))
def test_noise_is_a_bounded_frame_or_an_error(noise: bytes, most_bytes: int) -> None:
    """Whatever comes, what is handed over is no longer than allowed and is what its length says."""
    left, right = socket.socketpair()
    with left, right:
        left.sendall(noise)
        left.close()
        try:
            found = receive_frame(right, most_bytes, 1.0)
        except ControlError:
            return
        assert found is None if not noise else found == noise[4 : 4 + int.from_bytes(noise[:4], "little")]
        assert len(found or b"") <= most_bytes


def test_a_huge_frame_is_refused_by_its_head_alone(pair: Pair) -> None:
    """Four bytes announce 4 GB: nothing is read or taken for it."""
    left, right = pair
    left.sendall(b"\xff\xff\xff\xff")
    with pytest.raises(FrameTooLargeError, match="4294967295"):
        receive_frame(right, 4096, 1.0)


def test_a_sender_that_trickles_does_not_extend_the_deadline(pair: Pair) -> None:
    """The time counts for the whole frame, not for each piece of it."""
    left, right = pair
    left.sendall(b"\x10\0\0\0" + b"a")
    began_s = time.monotonic()
    with pytest.raises(ControlError, match=r"too long|in time"):
        receive_frame(right, 100, 0.1)
    assert time.monotonic() - began_s < 5.0


def test_a_receiver_that_does_not_take_ends_the_sending(pair: Pair) -> None:
    """A full pipe is waited for only so long."""
    left, _ = pair
    with pytest.raises(ControlError, match="does not take"):
        send_frame(left, bytes(64 * 1024 * 1024), 0.1)
