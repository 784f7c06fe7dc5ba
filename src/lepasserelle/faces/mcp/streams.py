"""Newline-delimited JSON-RPC on a pair of byte streams: what stdio is, and a Unix socket too.

Not the protocol: messages go to and come from the SDK. Invariants: a line longer than `MOST_LINE_BYTES` is never held in memory, it
is answered as an error and skipped; a client that is gone ends its session quietly and nobody else's.
"""

import json
import os
import re
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol, Self

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCMessage, jsonrpc_message_adapter
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from lepasserelle.faces.mcp.lines import MOST_LINE_BYTES, LineBuffer, TooLong

_HALF_PAIR: Final = re.compile(rb"\\u[dD][89a-fA-F]")
"""Perhaps half a surrogate pair, which JSON can say and the SDK's reader refuses, so that the request would never be answered."""
_CHUNK_BYTES: Final = 1 << 16
CAN_WAIT: Final = os.name == "posix"
"""Whether the system can wait for a pipe; where it cannot (Windows), a thread does."""

_LAST_WORDS_S: Final = 5.0
"""How long a client that has stopped reading holds up the end of its session."""


class ByteReader(Protocol):
    """Where bytes come from: `anyio.abc.ByteReceiveStream`."""

    async def receive(self, max_bytes: int = ...) -> bytes:
        """Some bytes; raises `anyio.EndOfStream` after the last ones."""


class ByteWriter(Protocol):
    """Where bytes go: `anyio.abc.ByteSendStream`."""

    async def send(self, item: bytes) -> None:
        """Write all of them; raises `anyio.BrokenResourceError` when nobody reads any more."""


Incoming = MemoryObjectReceiveStream[SessionMessage | Exception]
Outgoing = MemoryObjectSendStream[SessionMessage]


@asynccontextmanager
async def message_streams(reader: ByteReader, writer: ByteWriter) -> AsyncIterator[tuple[Incoming, Outgoing]]:
    """The two streams as the SDK wants them, within the block; what was sent by then is written before it is left."""
    to_server, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, from_server = anyio.create_memory_object_stream[SessionMessage](0)
    written = anyio.Event()
    async with to_server, from_server, anyio.create_task_group() as tasks:
        tasks.start_soon(_read, reader, to_server)
        tasks.start_soon(_write, writer, from_server, written, tasks.cancel_scope)
        async with incoming, outgoing:
            yield incoming, outgoing
        with anyio.move_on_after(_LAST_WORDS_S):
            await written.wait()
        tasks.cancel_scope.cancel()


async def _read(reader: ByteReader, to_server: MemoryObjectSendStream[SessionMessage | Exception]) -> None:
    async with to_server:
        try:
            async for line in lines(reader):
                await to_server.send(_message(line))
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            return


async def lines(reader: ByteReader) -> AsyncIterator[bytes | None]:
    """Lines without their end; None for one that is too long, all of which is skipped."""
    buffer = LineBuffer(MOST_LINE_BYTES)
    while True:
        try:
            chunk = await reader.receive(_CHUNK_BYTES)
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, ConnectionError):
            break
        for line in buffer.feed(chunk):
            yield None if isinstance(line, TooLong) else line
    if rest := buffer.rest():
        yield rest


def _message(line: bytes | None) -> SessionMessage | Exception:
    if line is None:
        return ValueError(f"a message of more than {MOST_LINE_BYTES} bytes")
    try:
        if _HALF_PAIR.search(line):
            line = json.dumps(json.loads(line), ensure_ascii=False).encode("utf-8", "replace")
        return SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
    except (ValidationError, ValueError, RecursionError) as error:
        return error


async def _write(
    writer: ByteWriter, from_server: MemoryObjectReceiveStream[SessionMessage], written: anyio.Event, scope: anyio.CancelScope
) -> None:
    async with from_server:
        async for message in from_server:
            try:
                await writer.send(_line(message.message))
            except (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
                scope.cancel()
                return
    written.set()


def _line(message: JSONRPCMessage) -> bytes:
    try:
        return message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"
    except PydanticSerializationError:  # halves of surrogate pairs: UTF-8 has none, JSON can say them
        return json.dumps(message.model_dump(by_alias=True, exclude_unset=True, mode="python")).encode() + b"\n"


class StandardStreams:
    """Standard input and output as one byte stream. Within the block nothing else reads or writes them: a stray `print` lands in
    standard error, and a child has no standard input.
    """

    def __enter__(self) -> Self:
        self._input, self._output = os.dup(0), os.dup(1)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, 0)
        os.close(nowhere)
        os.dup2(2, 1)
        return self

    def __exit__(self, *_: object) -> None:
        os.dup2(self._input, 0)
        os.dup2(self._output, 1)
        os.close(self._input)
        os.close(self._output)

    async def receive(self, max_bytes: int = _CHUNK_BYTES) -> bytes:
        """Some bytes of standard input; raises `anyio.EndOfStream` after the last ones."""
        if not CAN_WAIT:
            data = await anyio.to_thread.run_sync(os.read, self._input, max_bytes, abandon_on_cancel=True)
            if not data:
                raise anyio.EndOfStream
            return data
        with suppress(PermissionError):  # a regular file cannot be waited for, and is always ready
            await anyio.wait_readable(self._input)
        data = os.read(self._input, max_bytes)
        if not data:
            raise anyio.EndOfStream
        return data

    async def send(self, item: bytes) -> None:
        """Write to standard output without ever blocking: a pipe that is ready takes so many bytes at once."""
        rest = memoryview(item)
        while rest and not CAN_WAIT:
            rest = rest[await anyio.to_thread.run_sync(os.write, self._output, rest, abandon_on_cancel=True) :]
        while rest:
            with suppress(PermissionError):
                await anyio.wait_writable(self._output)
            rest = rest[os.write(self._output, rest[: select.PIPE_BUF]) :]
