"""The protocol inspector's command line, a client that nobody here wrote, against `leindex mcp`.

`make check` installs it where npm is. Its exit status says nothing (a failed call ends with 0): what counts is `isError`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lepasserelle import LeIndex, MemoryConfig

INSPECTOR = Path(__file__).parents[2] / ".venv" / "inspector" / "node_modules" / ".bin" / "mcp-inspector"
SOURCE = "def total(lines):\n    return sum(lines)\n\n\ndef checkout(lines):\n    return total(lines)\n"
LEINDEX = [sys.executable, "-m", "lepasserelle", "mcp"]

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed, so the protocol inspector cannot run"),
    pytest.mark.skipif(not INSPECTOR.exists(), reason="the protocol inspector is not installed (`make inspector` says why)"),
]


@pytest.fixture(scope="module")
def shop() -> Iterator[Path]:
    """A small indexed project, and a runtime folder of these tests' own."""
    with tempfile.TemporaryDirectory(prefix="li", dir="/tmp") as temporary, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", temporary)
        patch.setenv("LEINDEX_MCP_IDLE_S", "8")  # the server leaves by itself
        project = Path(temporary) / "shop"
        project.mkdir()
        (project / "cart.py").write_text(
            "def total(lines):\n    return sum(lines)\n\n\ndef checkout(lines):\n    return total(lines)\n"
        )
        with LeIndex(project, MemoryConfig(auto_spill=False)) as leindex:
            leindex.index_project()
        yield project


def inspect(project: Path, *words: str, server: list[str] | None = None) -> dict[str, Any]:
    """What the inspector prints."""
    target = [*LEINDEX, "--project", str(project)] if server is None else server
    command = ["node", str(INSPECTOR), "--cli", *target, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def call(project: Path, tool: str, *arguments: str, server: list[str] | None = None) -> dict[str, Any]:
    """The result of a tool."""
    given = [word for argument in arguments for word in ("--tool-arg", argument)]
    return inspect(project, "--method", "tools/call", "--tool-name", tool, *given, server=server)


def test_the_tools_are_listed_with_their_schemas(shop: Path) -> None:
    """Each with what goes in, what comes out, and whether it changes anything."""
    tools = inspect(shop, "--method", "tools/list")["tools"]
    assert {"search", "context", "find_symbol", "callers", "callees"} <= {tool["name"] for tool in tools}
    for tool in tools:
        assert tool["inputSchema"]["type"] == "object"
        assert tool["outputSchema"]["type"] == "object"
        assert tool["description"]
        assert "readOnlyHint" in tool["annotations"]


def test_a_call_is_answered(shop: Path) -> None:
    """Text for the model, the same structured for a program."""
    result = call(shop, "callers", "name=total")
    assert result["isError"] is False
    assert "checkout" in result["content"][0]["text"]
    assert result["structuredContent"]["text"] == result["content"][0]["text"]


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("nothing_like_it", (), "there is no tool"),
        ("search", ("query=total", "limit=-4"), "limit"),
    ],
)
def test_a_call_that_fails_is_a_tool_error_with_its_reason(shop: Path, tool: str, arguments: tuple[str, ...], reason: str) -> None:
    """Never a broken session, and never a success."""
    result = call(shop, tool, *arguments)
    assert result["isError"] is True
    assert reason in result["content"][0]["text"]


def test_http_is_inspected_too(shop: Path) -> None:
    """The same server by the other transport."""
    command = [*LEINDEX, "--http", "--project", str(shop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        result = call(shop, "callers", "name=total", server=[url, "--transport", "http"])
        server.terminate()
    assert result["isError"] is False
