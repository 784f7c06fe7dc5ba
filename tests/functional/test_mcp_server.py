"""The MCP server as clients meet it: the SDK's own client over a socket, standard streams and HTTP."""

import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.abc
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from lepasserelle import LeIndex
from lepasserelle.faces.mcp.server import LeIndexServer, build_server, serve_http, serve_streams
from lepasserelle.faces.mcp.streams import message_streams
from lepasserelle.memory import MemoryConfig

QUIET = MemoryConfig(auto_spill=False)

SOURCES = {
    "shop/cart.py": '''"""The shopping cart."""
from shop.prices import total

class Cart:
    """What a customer is about to buy."""

    def checkout(self, voucher):
        """Charge the customer for everything in the cart."""
        return self.redeem(voucher, total(self.lines))

    def redeem(self, voucher, amount):
        """Subtract the value of a gift voucher."""
        return amount - voucher
''',
    "shop/prices.py": '''def total(lines):
    """Sum of all line prices, taxes included."""
    return sum(line.price for line in lines)
''',
}

STANDALONE = """
import sys
from pathlib import Path
import anyio
import anyio.abc
from lepasserelle.faces.mcp.server import build_server, serve_stdio
print("a stray line on standard output")
with build_server(Path(sys.argv[1])) as server:
    anyio.run(serve_stdio, server)
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small indexed project."""
    root = tmp_path_factory.mktemp("shop")
    for path, text in SOURCES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


@asynccontextmanager
async def session(server: LeIndexServer, mode: str = "auto") -> AsyncIterator[Client]:
    """A client on one end of a socket, the server on the other."""
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


def with_client(project: Path, talk: Callable[[Client], Awaitable[None]], mode: str = "auto") -> None:
    """Run one conversation."""

    async def run() -> None:
        with build_server(project, QUIET) as server:
            async with session(server, mode) as client:
                await talk(client)

    anyio.run(run)


async def text_of(client: Client, tool: str, **arguments: object) -> str:
    """The text of a call that must succeed."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content[0].text
    assert result.structured_content is not None
    assert result.structured_content["text"] == result.content[0].text
    return str(result.content[0].text)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_of_either_protocol_era_is_answered(shop: Path, mode: str) -> None:
    """With the handshake of 2025 and without it."""

    async def talk(client: Client) -> None:
        tools = await client.list_tools()
        assert {"search", "context", "find_symbol", "callers", "callees"} <= {tool.name for tool in tools.tools}
        assert "shop/prices.py\n1-3 function total" in await text_of(client, "find_symbol", name="total")

    with_client(shop, talk, mode)


def test_standard_streams_carry_nothing_but_the_protocol(shop: Path) -> None:
    """A stray `print` before the session is the only thing that a client could see, and it survives that."""

    async def run() -> None:
        parameters = StdioServerParameters(command=sys.executable, args=["-c", STANDALONE.replace("print(", "len("), str(shop)])
        async with Client(parameters) as client:
            assert "Cart.checkout" in await text_of(client, "callers", name="total")

    anyio.run(run)


def test_http_on_loopback_answers(shop: Path) -> None:
    """Streamable HTTP, the SDK's client, a free port."""

    async def run() -> None:
        bound: list[str] = []
        with build_server(shop, QUIET) as server:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(serve_http, server, "127.0.0.1", 0, None, bound.append)
                with anyio.fail_after(20):
                    while not bound:
                        await anyio.sleep(0.01)
                    async with Client(bound[0]) as client:
                        assert "Cart.checkout" in await text_of(client, "callers", name="total")
                tasks.cancel_scope.cancel()

    anyio.run(run)
