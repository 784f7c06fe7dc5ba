"""Serves many clients on one Unix socket, until nobody asks any more.

Not here: what a session says (`server`), and who starts this (`shared`). Invariants: nobody but this user is served; one client's
end, error or slowness is nobody else's; a client that is told farewell has been answered whatever was begun, and one that is cut
off learns how much was heard; when this ends its name is gone.

A client that stays connected and asks nothing does not keep this alive: its relay comes back when it asks again.
"""

import asyncio
import os
import signal
import socket
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import anyio

from lepasserelle.faces.mcp.rendezvous import FAREWELL, FULL, WELCOME, cut_off
from lepasserelle.meeting.credentials import is_same_user

MOST_CLIENTS: Final = 64
LOOK_EVERY_S: Final = 15.0
GRACE_S: Final = 2.0
"""How long what goes on may go on when the system asks us to end."""

_READ_BYTES: Final = 1 << 16
_FAREWELL_S: Final = 1.0


class Visitor:
    """One connection, as a session reads and writes it: an `anyio` byte stream by shape."""

    def __init__(self, peer: socket.socket, note: Callable[[], None]) -> None:
        self._peer = peer
        self._note = note
        self._writing = asyncio.Lock()
        self._is_deaf = False
        self.heard = 0
        """Whole lines that the session was given."""

    def deafen(self) -> None:
        """Hear nothing from now on; the session ends as if the client had nothing more to say."""
        self._is_deaf = True

    async def receive(self, max_bytes: int = _READ_BYTES) -> bytes:
        """Some bytes. Raises `anyio.EndOfStream` after the last ones."""
        try:
            data = await asyncio.get_running_loop().sock_recv(self._peer, max_bytes)
        except OSError as error:
            raise anyio.EndOfStream from error
        if not data or self._is_deaf:
            raise anyio.EndOfStream
        self.heard += data.count(b"\n")
        self._note()
        return data

    async def send(self, item: bytes) -> None:
        """All of it. Raises `anyio.BrokenResourceError` when nobody reads any more."""
        try:
            async with self._writing:
                await asyncio.get_running_loop().sock_sendall(self._peer, item)
        except OSError as error:
            raise anyio.BrokenResourceError from error
        self._note()

    def close(self) -> None:
        """Hang up."""
        self._peer.close()


Session = Callable[[Visitor], Awaitable[None]]


class Host:
    """`run` until nobody asked for `idle_s` seconds, or until a signal. `is_busy`: something goes on that must not be cut off."""

    def __init__(
        self,
        listener: socket.socket,
        path: Path,
        session: Session,
        *,
        idle_s: float,
        is_busy: Callable[[], bool],
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self._listener = listener
        self._path = path
        self._named = path.stat()
        self._session = session
        self._idle_s = idle_s
        self._is_busy = is_busy
        self._tidy = tidy
        self._visitors: dict[asyncio.Task[None], Visitor] = {}
        self._is_ending = asyncio.Event()
        self._is_dismissing = False
        """From then on a session that ends is not hung up on: its client is still to be told farewell."""

    async def run(self) -> None:
        """Serve. Returns when it is time to leave and everybody has been told."""
        loop = asyncio.get_running_loop()
        self._last_s = loop.time()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._is_ending.set)
        accepting = asyncio.create_task(self._accept())
        try:
            while not self._is_ending.is_set() and not self._may_leave():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._is_ending.wait(), self._until_look_s())
                self._tidy()
        finally:
            if self._is_named():
                self._path.unlink()
            accepting.cancel()
            self._listener.close()
        await self._dismiss()

    # ── coming ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                peer, _ = await loop.sock_accept(self._listener)
            except OSError:  # it has gone already, or the system has no descriptor for it
                await asyncio.sleep(0.01)
                continue
            peer.setblocking(False)
            if is_same_user(peer):
                self._admit(peer)
            else:
                peer.close()

    def _admit(self, peer: socket.socket) -> None:
        visitor = Visitor(peer, self._note)
        is_full = len(self._visitors) >= MOST_CLIENTS
        task = asyncio.create_task(visitor.send(FULL) if is_full else self._serve(visitor))
        self._visitors[task] = visitor
        task.add_done_callback(self._gone)
        self._note()

    async def _serve(self, visitor: Visitor) -> None:
        await visitor.send(WELCOME)
        await self._session(visitor)

    def _gone(self, task: asyncio.Task[None]) -> None:
        """A session has ended; what broke it is written down, unless it is only that the client has gone."""
        visitor = self._visitors.pop(task)
        if not self._is_dismissing:
            visitor.close()
        self._note()
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, anyio.BrokenResourceError):
            sys.stderr.write("".join(traceback.format_exception(error)))

    # ── leaving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _note(self) -> None:
        self._last_s = asyncio.get_running_loop().time()

    def _until_look_s(self) -> float:
        left_s = self._last_s + self._idle_s - asyncio.get_running_loop().time()
        return max(0.01, min(LOOK_EVERY_S, left_s)) if left_s > 0 else min(LOOK_EVERY_S, self._idle_s)

    def _may_leave(self) -> bool:
        """Nobody asks and nothing goes on; or nobody can find us any more, because the name was taken away."""
        if self._is_busy():
            return False
        is_idle = asyncio.get_running_loop().time() - self._last_s >= self._idle_s
        return is_idle or not (self._visitors or self._is_named())

    def _is_named(self) -> bool:
        try:
            return os.path.samestat(self._path.stat(), self._named)
        except OSError:
            return False

    async def _dismiss(self) -> None:
        """Let what goes on come to its end for a moment, say farewell or what was heard, and hang up."""
        visitors = dict(self._visitors)
        self._is_dismissing = True
        for visitor in visitors.values():
            visitor.deafen()
        deadline_s = asyncio.get_running_loop().time() + GRACE_S
        while self._is_busy() and asyncio.get_running_loop().time() < deadline_s:
            await asyncio.sleep(0.02)
        is_cut_off = self._is_busy()
        words = [cut_off(visitor.heard) if is_cut_off else FAREWELL for visitor in visitors.values()]
        await asyncio.gather(*map(self._say_last, visitors.values(), words))
        for task in visitors:
            task.cancel()
        if visitors:
            await asyncio.wait(visitors, timeout=_FAREWELL_S)
        for visitor in visitors.values():
            visitor.close()

    async def _say_last(self, visitor: Visitor, word: bytes) -> None:
        with suppress(anyio.BrokenResourceError, TimeoutError):
            await asyncio.wait_for(visitor.send(word), _FAREWELL_S)
