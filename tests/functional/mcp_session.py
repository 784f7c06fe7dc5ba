"""A client of the SDK on one end of a socket and a server of ours on the other, for the tests of the MCP face."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
from mcp.client import Client
from mcp_types import CallToolResult

from lepasserelle.faces.mcp.server import LeIndexServer, build_server, serve_streams
from lepasserelle.faces.mcp.streams import message_streams
from lepasserelle.memory import MemoryConfig

QUIET = MemoryConfig(auto_spill=False)


@asynccontextmanager
async def session(server: LeIndexServer, mode: str = "auto") -> AsyncIterator[Client]:
    """One session, ended by the client's leaving."""
    near, far = socket.socketpair()
    async with (
        await anyio.abc.UNIXSocketStream.from_socket(near) as here,
        await anyio.abc.UNIXSocketStream.from_socket(far) as there,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(serve_streams, server, there, there)
        async with Client(message_streams(here, here), mode=mode) as client:
            yield client
        await here.aclose()


def with_client(
    project: Path, talk: Callable[[Client], Awaitable[Any]], mode: str = "auto", *, control: bool = False, **settings: object
) -> Any:
    """Run one conversation with a server for `project`, that commands reach when it offers `control`; what it returns."""

    async def run() -> Any:
        with build_server(project, QUIET, control=control, settings=settings) as server, anyio.fail_after(60):
            async with session(server, mode) as client:
                return await talk(client)

    return anyio.run(run)


def plain(result: CallToolResult) -> str:
    """The text of a result."""
    return str(result.content[0].text)


async def text_of(client: Client, tool: str, **arguments: object) -> str:
    """The text of a call that must succeed: the same for clients that read the content and those that read the record."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, plain(result)
    assert result.structured_content is not None
    assert result.structured_content["text"] == plain(result)
    return plain(result)


async def error_of(client: Client, tool: str, arguments: dict[str, Any]) -> str:
    """The text of a call that must fail, as a tool error and not as one of the protocol."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, plain(result)
    return plain(result)
