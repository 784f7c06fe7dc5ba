"""What processes say to each other: nothing but four requests is understood."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.faces.control.frames import ControlError
from lepasserelle.faces.control.messages import (
    MOST_REQUEST_BYTES,
    VERSION,
    Done,
    Refused,
    Reload,
    Reply,
    Request,
    Spill,
    Statistics,
    Warm,
    pack,
    unpack_reply,
    unpack_request,
)

REQUESTS = st.one_of(
    st.builds(Statistics, events=st.integers(0, 1000)),
    st.builds(Spill, part=st.sampled_from(["pdg", "vectors", "analysis", "all"])),
    st.builds(Reload, part=st.sampled_from(["pdg", "vectors", "all"])),
    st.builds(Warm, strategy=st.sampled_from(["all", "pdg_only", "search_index_only", "recent_first"])),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
REPLIES = st.one_of(
    st.builds(Done, document=st.dictionaries(st.text(max_size=8), JSON, max_size=5)),
    st.builds(Refused, reason=st.text(max_size=50), error=st.text(max_size=20)),
)


@given(request=REQUESTS)
def test_a_request_comes_as_it_was_sent(request: Request) -> None:
    """And fits in what a server takes."""
    packed = pack(request)
    assert unpack_request(packed) == request
    assert len(packed) <= MOST_REQUEST_BYTES


@given(reply=REPLIES)
def test_a_reply_comes_as_it_was_sent(reply: Reply) -> None:
    """Documents keep their texts, numbers, lists and mappings."""
    assert unpack_reply(pack(reply)) == reply


@given(noise=st.binary(max_size=200))
def test_noise_is_an_error_or_a_request(noise: bytes) -> None:
    """No bytes make it fail in another way."""
    for unpack in (unpack_request, unpack_reply):
        try:
            unpack(noise)
        except ControlError:
            continue


@pytest.mark.parametrize(
    "message",
    [
        {"ask": "exec", "version": VERSION, "command": "ls"},
        {"ask": "spill", "version": VERSION, "part": "everything"},
        {"ask": "spill", "version": VERSION, "path": "/etc"},
        {"ask": "statistics", "version": VERSION, "events": "many"},
        {"version": VERSION},
        ["spill"],
        7,
    ],
)
def test_what_is_no_request_is_refused(message: object) -> None:
    """Other words, other values and further keys are no requests."""
    with pytest.raises(ControlError, match="no request"):
        unpack_request(msgspec.msgpack.encode(message))


def test_another_version_is_named() -> None:
    """Two installed versions on one machine learn why they do not understand each other."""
    with pytest.raises(ControlError, match=f"version {VERSION} of the control messages, not 99"):
        unpack_request(msgspec.msgpack.encode({"ask": "statistics", "version": 99, "shape": "new"}))


def test_deep_nesting_is_an_error() -> None:
    """A reply nested ten thousand deep does not break the reader."""
    with pytest.raises(ControlError):
        unpack_reply(b"\x82\xa5reply\xa4done\xa8document" + b"\x91" * 10_000 + b"\xc0")
    with pytest.raises(ControlError):
        unpack_reply(b"\x82\xa5reply\xa4done\xa8document\x81\xa1a" + b"\x91" * 10_000 + b"\xc0")
