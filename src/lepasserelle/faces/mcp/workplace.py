"""One open index, asked from many sessions at once: answers run in threads, a few at a time, and a cancelled one is not waited for.

Not the protocol, and no answer. Safe to be shared by every session of a process.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread

from lepasserelle.faces.mcp.arguments import read_arguments
from lepasserelle.faces.mcp.tools import Tool
from lepasserelle.leindex import LeIndex
from lepasserelle.memory import MemoryConfig
from lepasserelle.model import Page, Request

_AT_ONCE: Final = 4


class Workplace:
    """Holds the index open until it is closed."""

    def __init__(self, project: Path, memory: MemoryConfig | None, *, control: bool, settings: Mapping[str, object]) -> None:
        self.leindex = LeIndex(project, memory, control=control, **settings)
        self._limit: anyio.CapacityLimiter | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being worked on, also for clients that have gone."""
        return self._limit is not None and self._limit.borrowed_tokens > 0

    def close(self) -> None:
        """Let go of the index."""
        self.leindex.close()

    async def call(self, tool: Tool, arguments: Mapping[str, object]) -> Page:
        """What a tool answers. Raises `LeIndexError`."""
        request = read_arguments(arguments, tool.arguments)
        return await self._in_thread(request)

    async def _in_thread(self, request: Request) -> Page:
        if self._limit is None:
            self._limit = anyio.CapacityLimiter(_AT_ONCE)
        return await anyio.to_thread.run_sync(self.leindex.answer, request, abandon_on_cancel=True, limiter=self._limit)
