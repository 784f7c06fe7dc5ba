"""What processes say to each other: four requests and a greeting, and two kinds of reply. msgpack, one message a frame.

Not here: sockets (`frames`, `server`, `client`) and what is done (`operations`). Invariants: there is no request beside statistics,
spill, reload and warm; what cannot be understood is an error with a reason, never a guess. Keys of replies are only ever added to;
a change that the other side would misread raises `VERSION`.
"""

from typing import Any, Final, Literal

import msgspec

from lepasserelle.faces.control.frames import ControlError

VERSION: Final = 1
MOST_REQUEST_BYTES: Final = 4 * 1024
MOST_REPLY_BYTES: Final = 4 * 1024 * 1024

Part = Literal["pdg", "vectors", "analysis", "all"]
ReloadPart = Literal["pdg", "vectors", "all"]
Document = dict[str, Any]
"""What `--json` prints: texts, numbers, lists and mappings."""


class _Request(msgspec.Struct, frozen=True, tag_field="ask", kw_only=True, forbid_unknown_fields=True):
    version: int = VERSION


class Statistics(_Request, frozen=True, tag="statistics"):
    """What do you hold, and how much may you?"""

    events: int = 20
    """How many of the last events to tell."""


class Spill(_Request, frozen=True, tag="spill"):
    """Let go of a cache."""

    part: Part = "all"
    cold: bool = False
    """The system shall forget the files, too."""


class Reload(_Request, frozen=True, tag="reload"):
    """Bring the graph and the search index back."""

    part: ReloadPart = "all"


class Warm(_Request, frozen=True, tag="warm"):
    """Load ahead of need, as far as there is room."""

    strategy: str = "all"


class Hello(_Request, frozen=True, tag="hello"):
    """Are you there? Answered at once; nothing is done. Who is too old to know it refuses, which answers it, too."""


Request = Statistics | Spill | Reload | Warm
Message = Request | Hello


class Done(msgspec.Struct, frozen=True, tag_field="reply", tag="done"):
    """It was done; `document` says what came of it."""

    document: Document


class Refused(msgspec.Struct, frozen=True, tag_field="reply", tag="refused"):
    """It was not done."""

    reason: str
    error: str = ""
    """Name of the error's class."""


Reply = Done | Refused

_messages: Final[msgspec.msgpack.Decoder[Message]] = msgspec.msgpack.Decoder(Message)
_replies: Final[msgspec.msgpack.Decoder[Reply]] = msgspec.msgpack.Decoder(Reply)


class _Versioned(msgspec.Struct, frozen=True):
    version: int = VERSION


def pack(message: Message | Reply) -> bytes:
    """A message as bytes. Enumerations become their values, and sets become lists."""
    return msgspec.msgpack.encode(message)


def unpack_request(payload: bytes) -> Message:
    """The request within a frame. Raises `ControlError` for anything else, and for one of another version."""
    try:
        version = msgspec.msgpack.decode(payload, type=_Versioned).version
        if version != VERSION:
            raise ControlError(f"this process understands version {VERSION} of the control messages, not {version}")
        return _messages.decode(payload)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ControlError(f"this is no request: {error}") from error


def unpack_reply(payload: bytes) -> Reply:
    """The reply within a frame. Raises `ControlError` for anything else."""
    try:
        return _replies.decode(payload)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ControlError(f"this is no reply: {error}. Does the other process run another version of leindex?") from error
