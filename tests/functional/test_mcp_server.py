"""The MCP server as clients meet it: the SDK's own client over a socket, standard streams and HTTP."""

import contextlib
import gc
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import httpx2
import pytest
from looking_shop import make_shop
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_session import QUIET, text_of, with_client

from lepasserelle import ConfigError, LeIndex
from lepasserelle.faces.mcp import http
from lepasserelle.faces.mcp.opening import open_server
from lepasserelle.faces.mcp.server import build_server, serve_http
from lepasserelle.faces.mcp.tools import TOOLS

STANDALONE = """
import os, sys
from pathlib import Path
import anyio
from lepasserelle.faces.mcp import workplace
from lepasserelle.faces.mcp.server import build_server, serve_stdio
async def main():
    with build_server(Path(sys.argv[1])) as server:
        answer = server.workplace.service.answer
        def noisy(request):
            print("a stray line"), os.write(1, b"another one\\n")
            return answer(request)
        server.workplace.service.answer = noisy
        await serve_stdio(server)
anyio.run(main)
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, indexed."""
    root = make_shop(tmp_path_factory.mktemp("served") / "project")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


@contextlib.asynccontextmanager
async def http_server(shop: Path, token: str | None = None) -> AsyncIterator[str]:
    """The URL of a server on a free port."""
    bound: list[str] = []
    with build_server(shop, QUIET) as server, anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve_http, server, "127.0.0.1", 0, token, bound.append)
            while not bound:
                await anyio.sleep(0.01)
            yield bound[0]
            tasks.cancel_scope.cancel()


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_of_either_protocol_era_is_answered(shop: Path, mode: str) -> None:
    """With the handshake of 2025 and without it."""

    async def talk(client: Client) -> None:
        listed = await client.list_tools()
        assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS]
        assert "shop/prices.py\n5-7 function total" in await text_of(client, "find_symbol", name="total")

    with_client(shop, talk, mode)


def test_every_tool_says_what_it_takes_gives_and_changes(shop: Path) -> None:
    """Schemas of both sides, annotations, and a sentence for each argument."""

    async def talk(client: Client) -> None:
        for tool in (await client.list_tools()).tools:
            assert tool.description
            assert tool.title
            assert tool.output_schema is not None
            assert tool.output_schema["required"] == ["text"]
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint is (tool.name not in {"reindex", "memory"})
            assert tool.annotations.idempotent_hint
            assert tool.annotations.open_world_hint is False
            assert tool.input_schema["additionalProperties"] is False
            assert {"max_tokens", "cursor"} <= tool.input_schema["properties"].keys()
            for name, argument in tool.input_schema["properties"].items():
                assert argument["description"], f"{tool.name}.{name}"
                assert argument.get("type") == "boolean" or argument.keys() & {"enum", "maximum", "maxLength"}

    with_client(shop, talk)


def test_standard_streams_carry_nothing_but_the_protocol(shop: Path) -> None:
    """What something else prints to standard output lands in standard error."""

    async def run() -> None:
        parameters = StdioServerParameters(command=sys.executable, args=["-c", STANDALONE, str(shop)])
        with anyio.fail_after(60):
            async with Client(parameters) as client:
                assert "Cart.checkout" in await text_of(client, "callers", name="total")

    anyio.run(run)


def test_a_server_on_standard_streams_ends_with_its_input(shop: Path) -> None:
    """No orphan stays behind, and the answer to a line that is no JSON is an error of the protocol."""
    process = subprocess.run(
        [sys.executable, "-c", STANDALONE, str(shop)], input=b"this is no JSON\n", capture_output=True, timeout=60, check=False
    )
    assert process.returncode == 0, process.stderr.decode()
    for line in process.stdout.splitlines():
        assert json.loads(line)["error"]["code"] == -32700


def test_http_on_loopback_answers(shop: Path) -> None:
    """Streamable HTTP, the SDK's client, a free port."""

    async def run() -> None:
        async with http_server(shop) as url, Client(url) as client:
            assert "Cart.checkout" in await text_of(client, "callers", name="total")

    anyio.run(run)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "evil.example:80"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"content-type": "text/plain"}, 400),
    ],
)
def test_a_web_page_cannot_reach_it(shop: Path, headers: dict[str, str], status: int) -> None:
    """Neither under another name for this address (DNS rebinding), nor from another origin, nor by a form."""

    async def run() -> None:
        asked = {"accept": "application/json, text/event-stream", "content-type": "application/json", **headers}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        async with http_server(shop) as url, httpx2.AsyncClient() as client:
            answer = await client.post(url, json=body, headers=asked)
            assert answer.status_code == status

    anyio.run(run)


def test_a_token_is_asked_for_where_one_was_set(shop: Path) -> None:
    """Without it, or with another one, nothing is answered."""
    token = "correct-horse-battery"

    async def run() -> None:
        async with http_server(shop, token) as url:
            async with httpx2.AsyncClient() as client:
                for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": token}):
                    assert (await client.post(url, json={}, headers=headers)).status_code == 401
            async with (
                httpx2.AsyncClient(headers={"authorization": f"Bearer {token}"}) as client,
                Client(streamable_http_client(url, http_client=client)) as session,
            ):
                assert "Cart.checkout" in await text_of(session, "callers", name="total")

    anyio.run(run)


def test_a_body_that_is_too_large_is_refused(shop: Path) -> None:
    """Before it is read to its end."""

    async def run() -> None:
        headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
        async with http_server(shop) as url, httpx2.AsyncClient() as client:
            answer = await client.post(url, content=b" " * (http.MOST_BODY_BYTES + 1), headers=headers)
            assert answer.status_code == 413

    anyio.run(run)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_nobody_else_reaches_it_without_a_token(shop: Path, host: str) -> None:
    """Binding to anything but loopback needs one, and a long one."""

    async def run(token: str | None) -> None:
        with build_server(shop, QUIET) as server:
            await serve_http(server, host, 0, token)

    with pytest.raises(ConfigError, match="token"):
        anyio.run(run, None)
    with pytest.raises(ConfigError, match="16"):
        anyio.run(run, "short")


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True)])
def test_what_loopback_is(host: str, expected: bool) -> None:
    """By address, never by a name that somebody else answers for."""
    assert http.is_loopback(host) is expected
    assert http.is_loopback("localhost")
    assert not any(map(http.is_loopback, ["0.0.0.0", "::", "10.0.0.1", "localhost.example.org", "", "127.0.0.1.example.org"]))


def test_an_address_that_cannot_be_had_says_so(shop: Path) -> None:
    """Taken, or not one of this machine."""
    with http.bind("127.0.0.1", 0) as taken, pytest.raises(ConfigError, match="another port"):
        http.bind("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(ConfigError, match="cannot listen"):
        http.bind("203.0.113.7", 0)


def test_collections_of_garbage_do_not_look_through_what_a_server_has_loaded(shop: Path) -> None:
    """That held every thread up for tens of milliseconds, each time; what comes later is looked through as ever."""
    before = gc.get_freeze_count()
    try:
        with open_server(shop, None):
            assert gc.get_freeze_count() - before > 10_000
            assert gc.isenabled()
    finally:
        gc.unfreeze()
