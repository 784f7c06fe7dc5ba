"""One open index, asked from many sessions at once: answers run in threads, a few at a time, and a cancelled one is not waited for.

Not the protocol, and no answer (`leindex.Service`). Shared by every session of a process.
"""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread

from lepasserelle.errors import LeIndexError
from lepasserelle.faces.mcp.tools import Tool
from lepasserelle.leindex import LeIndex, Service
from lepasserelle.memory import MemoryConfig
from lepasserelle.model import Page, ReindexRequest, Request, request_from

Tell = Callable[[float, float | None, str], Awaitable[None]]
"""(done, of how much, in words): progress, to whoever asked for it."""

_AT_ONCE: Final = 4
_WAITING_AT_ONCE: Final = 32
"""Calls that only wait for indexing do not take a place of those that answer."""
_TELL_EVERY_S: Final = 0.5
_WHOLE: Final = 100.0


class Workplace:
    """Holds the index open until it is closed."""

    def __init__(self, project: Path, memory: MemoryConfig | None, *, control: bool, settings: Mapping[str, object]) -> None:
        self.leindex = LeIndex(project, memory, control=control, **settings)
        self.service = Service(self.leindex)
        self._answering: anyio.CapacityLimiter | None = None
        self._waiting: anyio.CapacityLimiter | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being worked on, also for clients that have gone: an answer, or the index."""
        limits = [limit for limit in (self._answering, self._waiting) if limit is not None]
        return any(limit.borrowed_tokens for limit in limits) or self.service.indexing is not None

    def close(self) -> None:
        """Let go of the index."""
        self.leindex.close()

    async def call(self, tool: Tool, arguments: Mapping[str, object], tell: Tell) -> Page:
        """What a tool answers; while it waits for indexing, `tell` hears how far that is. Raises `LeIndexError`."""
        request = request_from(arguments, tool.arguments)
        outcome: Page | LeIndexError
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch, tell)
            outcome = await self._in_thread(request)
            tasks.cancel_scope.cancel()
        if isinstance(outcome, LeIndexError):
            raise outcome
        return outcome

    def _answer(self, request: Request) -> Page | LeIndexError:
        """The error as a value, since a group of tasks would wrap it up."""
        try:
            return self.service.answer(request)
        except LeIndexError as error:
            return error

    async def _in_thread(self, request: Request) -> Page | LeIndexError:
        if self._answering is None or self._waiting is None:  # here, since a limiter belongs to the loop that made it
            self._answering, self._waiting = anyio.CapacityLimiter(_AT_ONCE), anyio.CapacityLimiter(_WAITING_AT_ONCE)
        waits = isinstance(request, ReindexRequest)
        limiter = self._waiting if waits else self._answering
        return await anyio.to_thread.run_sync(self._answer, request, abandon_on_cancel=True, limiter=limiter)

    async def _watch(self, tell: Tell) -> None:
        """Tell how far indexing is, in steps that only ever grow."""
        last = 0.0
        while True:
            await anyio.sleep(_TELL_EVERY_S)
            run = self.service.indexing
            if run is not None and (done := run.progress.share_done * _WHOLE) > last:
                last = done
                await tell(done, _WHOLE, run.progress.text)
