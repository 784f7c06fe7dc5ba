"""What a client has asked and not been answered, read off the messages that pass by.

Of the protocol this knows what JSON-RPC is, and the greeting (`initialize`, `notifications/initialized`) that sessions of revisions
before 2026-07-28 begin with; nothing of tools. Not here: where messages come from and go to.

Invariants: every request gets one answer, from a server or from here; a greeting that was answered once is never answered again.
"""

import json
import re
from collections import Counter
from collections.abc import Collection
from enum import Enum, auto
from typing import Any, Final

from lepasserelle.faces.mcp.lines import TooLong

SERVER_GONE: Final = -32000
"""JSON-RPC leaves -32000 to -32099 to servers; the protocol's own SDKs say this for a closed connection."""

INVALID_REQUEST: Final = -32600

_HELLO: Final = "initialize"
_HELLO_DONE: Final = "notifications/initialized"
_CANCELLED: Final = "notifications/cancelled"
_STREAMS: Final = "subscriptions/listen"
"""A request that is answered only when it ends."""

_MOST_HELLOS: Final = 2
"""A greeting has no effect, so it is said again when a server dies over it; but not for ever."""

_ID: Final = rb'"id"\s*:\s*("(?:[^"\\]|\\.){0,200}"|-?\d{1,20})'
_ID_FIRST: Final = re.compile(rb'\s*\{\s*(?:"(?:jsonrpc|method)"\s*:\s*"[^"\\]{0,200}"\s*,\s*)*' + _ID + rb"\s*,")
_ID_LAST: Final = re.compile(_ID + rb"\s*\}\s*\Z")


class Kind(Enum):
    """What a message of a client asks of whoever hands it on."""

    REQUEST = auto()
    """Somebody must answer it."""
    REMARK = auto()
    """It means something only to a server that is there already."""
    UNWANTED = auto()
    """The server that wanted it is gone."""


class Ledger:
    """One session. Lines come without their end and are never changed."""

    def __init__(self) -> None:
        self._under_way: dict[str, bytes] = {}
        self._sent = 0
        """Lines that the present server's connection has taken."""
        self._sent_as: dict[str, int] = {}
        """Request under way → the number of its line among them, from 1."""
        self._streams: set[str] = set()
        self._hello: tuple[str, bytes] | None = None
        self._hellos = 0
        self._is_greeted = False
        self._hello_done: bytes | None = None
        self._swallowed: set[str] = set()
        self._asked: set[str] = set()
        self._orphans: Counter[str] = Counter()

    @property
    def is_waiting(self) -> bool:
        """Whether the client waits for an answer that will come by itself."""
        return bool(self._under_way.keys() - self._streams)

    def from_client(self, line: bytes) -> Kind:
        """Note a message of the client, and say what it asks."""
        kinds = {self._note(message, line) for message in _messages(line)}
        if not kinds or Kind.REQUEST in kinds:  # what is no message at all gets its answer from the server too
            return Kind.REQUEST
        return Kind.REMARK if Kind.REMARK in kinds else Kind.UNWANTED

    def from_server(self, line: bytes) -> bool:
        """Note a message of the server, and say whether the client is to see it."""
        is_shown = True
        for message in _messages(line):
            identity = _identity(message)
            if "method" in message:
                if identity:
                    self._asked.add(identity)
            elif identity in self._swallowed:
                self._swallowed.discard(identity)
                is_shown = False
            else:
                self._answered(identity)
        return is_shown

    def sent(self, line: bytes) -> None:
        """The connection to the present server has taken the line."""
        self._sent += 1
        self._sent_as.update((one, self._sent) for one, own in self._under_way.items() if own == line and one not in self._sent_as)

    def unheard(self, heard: int) -> set[bytes]:
        """What is under way and came after the `heard` lines that the present server read."""
        return {line for one, line in self._under_way.items() if self._sent_as.get(one, 0) > heard}

    def server_gone(self, reason: str, unsent: Collection[bytes] = ()) -> list[bytes]:
        """Answer what the server can have begun to work on with errors. What is left is to be said to the next one.

        `unsent` are lines that it never got; those are left too.
        """
        self._forget_server()
        if self._hellos >= _MOST_HELLOS and not self._is_greeted:
            return self.give_up(reason)
        return [self._fail(one, reason) for one, line in list(self._under_way.items()) if not self._may_repeat(one, line, unsent)]

    def server_left(self) -> None:
        """The server left after it had answered whatever it began to work on."""
        self._forget_server()

    def give_up(self, reason: str) -> list[bytes]:
        """Answer everything with errors: there is no server to be had."""
        self._forget_server()
        self._hellos = 0
        return [self._fail(one, reason) for one in list(self._under_way)]

    def renewal(self) -> list[bytes]:
        """What brings a new server to where the former one was: the greeting, and what was asked and not answered."""
        lines = []
        if self._hello is not None:
            self._hellos += 1
            if self._is_greeted:
                self._swallowed.add(self._hello[0])
                lines = [self._hello[1], *([self._hello_done] if self._hello_done is not None else [])]
        return [*lines, *dict.fromkeys(self._under_way.values())]

    def _may_repeat(self, identity: str, line: bytes, unsent: Collection[bytes]) -> bool:
        return line in unsent or (self._hello is not None and identity == self._hello[0])

    def _note(self, message: dict[str, Any], line: bytes) -> Kind:
        method, identity = message.get("method"), _identity(message)
        if method is None:
            return self._note_reply(identity)
        if identity:
            self._under_way[identity] = line
            if method == _STREAMS:
                self._streams.add(identity)
            if method == _HELLO:
                self._hello, self._is_greeted, self._hello_done = (identity, line), False, None
            return Kind.REQUEST
        if method == _HELLO_DONE:
            self._hello_done = line
        elif method == _CANCELLED:
            self._cancel(message)
        return Kind.REMARK

    def _note_reply(self, identity: str) -> Kind:
        if self._orphans[identity]:
            self._orphans[identity] -= 1
            return Kind.UNWANTED
        self._asked.discard(identity)
        return Kind.REMARK

    def _cancel(self, message: dict[str, Any]) -> None:
        params = message.get("params")
        if isinstance(params, dict):
            self._answered(_identity({"id": params.get("requestId")}))

    def _answered(self, identity: str) -> None:
        self._under_way.pop(identity, None)
        self._sent_as.pop(identity, None)
        self._streams.discard(identity)
        if self._hello is not None and identity == self._hello[0]:
            self._is_greeted, self._hellos = True, 0

    def _forget_server(self) -> None:
        """Replies to what it asked are still to come from the client, and the next server must not take them for its own."""
        self._orphans.update(self._asked)
        self._asked.clear()
        self._swallowed.clear()
        self._sent_as.clear()
        self._sent = 0

    def _fail(self, identity: str, reason: str) -> bytes:
        self._under_way.pop(identity, None)
        self._streams.discard(identity)
        return failure(identity, SERVER_GONE, reason)


def failure(identity: str, code: int, message: str) -> bytes:
    """A JSON-RPC error for the request whose id is written as `identity`; empty: it is not known."""
    error = json.dumps({"code": code, "message": message}, separators=(",", ":"))
    return f'{{"jsonrpc":"2.0","id":{identity or "null"},"error":{error}}}'.encode()


def too_long(line: TooLong, most_bytes: int) -> bytes:
    """The answer to a message that was not taken. Its id is told where it is sure: right at the start, or at the end."""
    found = _ID_FIRST.match(line.head) or _ID_LAST.search(line.tail)
    identity = "" if found is None else _identity({"id": _parsed(found[1])})
    return failure(identity, INVALID_REQUEST, f"a message may take at most {most_bytes} bytes; ask for less at once")


def _messages(line: bytes) -> list[dict[str, Any]]:
    """The messages of a line: one, or several of a batch (revision 2025-03-26); none when it is no JSON."""
    document = _parsed(line)
    found = document if isinstance(document, list) else [document]
    return [message for message in found if isinstance(message, dict)]


def _parsed(text: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # a decoding error is a ValueError too
        return None


def _identity(message: dict[str, Any]) -> str:
    """The id as JSON writes it, so that 1 and "1" are two; empty when there is none."""
    found = message.get("id")
    return json.dumps(found) if isinstance(found, str | int | float) else ""
