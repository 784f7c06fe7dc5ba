"""The MCP server: one for any number of sessions, over byte streams or HTTP, with one open index behind it.

Not the relay in front of it nor the command. A failed call is a tool error (`isError`) whose text says what to do next; only what
breaks the protocol itself is a protocol error.
"""

import functools
import logging
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

import msgspec
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams, TextContent, ToolAnnotations
from mcp_types import Tool as WireTool

from lepasserelle.errors import LeIndexError
from lepasserelle.faces.mcp.schemas import schema_of
from lepasserelle.faces.mcp.streams import ByteReader, ByteWriter, StandardStreams, message_streams
from lepasserelle.faces.mcp.tools import BY_NAME, INSTRUCTIONS, TOOLS, Tool
from lepasserelle.faces.mcp.workplace import Workplace
from lepasserelle.memory import MemoryConfig
from lepasserelle.model import Page

NAME: Final = "leindex"

_log: Final = logging.getLogger(__name__)


class LeIndexServer:
    """What `build_server` gives: the protocol's side and the index behind it. Close it, or use it as a context manager."""

    def __init__(self, workplace: Workplace) -> None:
        self.workplace = workplace
        self.protocol: Server[Any] = Server(
            NAME,
            version=version("lepasserelle"),
            instructions=INSTRUCTIONS,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
        )
        self.protocol.middleware.clear()  # tracing that nobody reads

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index."""
        self.workplace.close()

    async def _list_tools(self, _: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=wire_tools())

    async def _call_tool(self, context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        tool = BY_NAME.get(params.name)
        if tool is None:
            return _failed(f"there is no tool {params.name[:64]!r}; the tools are {', '.join(BY_NAME)}")
        try:
            page = await self.workplace.call(tool, params.arguments or {}, context.session.report_progress)
        except LeIndexError as error:
            return _failed(str(error))
        except Exception:  # noqa: BLE001 - a face: whatever it was, other sessions go on, and this caller learns of it
            _log.exception("tool %s", tool.name)
            return _failed(f"{tool.name} failed inside the server; its log says why. Another question may still be answered")
        return CallToolResult(content=[TextContent(type="text", text=page.text)], structured_content=msgspec.to_builtins(page))


def build_server(
    project: Path, memory: MemoryConfig | None = None, *, control: bool = False, settings: Mapping[str, object] | None = None
) -> LeIndexServer:
    """A server for the index of `project`; nothing is read yet. `settings` are those of `LeIndex`. Raises as `LeIndex` does."""
    return LeIndexServer(Workplace(project, memory, control=control, settings=settings or {}))


async def serve_streams(server: LeIndexServer, reader: ByteReader, writer: ByteWriter) -> None:
    """One session, until the client closes its side or is gone. Any number of them may run at once."""
    async with message_streams(reader, writer) as (incoming, outgoing):
        await server.protocol.run(incoming, outgoing, server.protocol.create_initialization_options())


async def serve_stdio(server: LeIndexServer) -> None:
    """One session on standard input and output, until the input ends."""
    with StandardStreams() as streams:
        await serve_streams(server, streams, streams)


async def serve_http(
    server: LeIndexServer,
    host: str = "127.0.0.1",
    port: int = 0,
    token: str | None = None,
    on_bound: Callable[[str], None] | None = None,
) -> None:
    """Streamable HTTP for any number of sessions; `on_bound` is told the URL. Raises `ConfigError` for an address that cannot be
    had or that others reach without a token.
    """
    from lepasserelle.faces.mcp import http

    http.check_binding(host, token)
    with http.bind(host, port) as listening:
        name = f"[{host}]" if ":" in host and not host.startswith("[") else host
        if on_bound is not None:
            on_bound(f"http://{name}:{listening.getsockname()[1]}{http.PATH}")
        await http.serve_socket(server.protocol, host, listening, token)


@functools.cache
def wire_tools() -> list[WireTool]:
    """The tools as the protocol lists them."""
    return [_wire_tool(tool) for tool in TOOLS]


def _wire_tool(tool: Tool) -> WireTool:
    return WireTool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=schema_of(tool.arguments),
        output_schema=schema_of(Page),
        annotations=ToolAnnotations(
            read_only_hint=not tool.changes, idempotent_hint=True, destructive_hint=False, open_world_hint=False
        ),
    )


def _failed(message: str) -> CallToolResult:
    text = message.encode("utf-8", "replace").decode()
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
