"""Eight clients of one server at once while its index is made anew again and again."""

import os
import time
from pathlib import Path

import anyio
import pytest
from looking_shop import make_shop
from mcp_session import QUIET, plain, session

from lepasserelle import LeIndex
from lepasserelle.faces.mcp.server import build_server

CLIENTS = 8
SECONDS = float(os.environ.get("LEPASSERELLE_STRESS_S", "4"))

QUESTIONS = [
    ("search", {"query": "sum of prices"}, "total"),
    ("context", {"question": "voucher", "max_tokens": 600}, "redeem"),
    ("callers", {"name": "total"}, "checkout"),
    ("read", {"target": "shop/prices.py"}, "def total(lines):"),
    ("outline", {"path": "shop"}, "cart.py"),
    ("impact", {"name": "total"}, "twice"),
    ("search", {"query": "amount - voucher", "mode": "literal"}, "shop/cart.py"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project, indexed."""
    root = make_shop(tmp_path / "project")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


def test_eight_clients_are_answered_while_indexing_goes_on(project: Path) -> None:
    """Every answer is right, of one generation or the next; nobody waits for the others for ever."""
    answered = [0] * CLIENTS
    until_s = time.monotonic() + SECONDS

    async def run() -> None:
        with build_server(project, QUIET) as server, anyio.fail_after(SECONDS * 3 + 60):
            async with anyio.create_task_group() as tasks:
                for number in range(CLIENTS):
                    tasks.start_soon(ask, server, number)
                tasks.start_soon(change, server)

    async def ask(server, number: int) -> None:
        async with session(server) as client:
            while time.monotonic() < until_s:
                tool, arguments, expected = QUESTIONS[(number + answered[number]) % len(QUESTIONS)]
                result = await client.call_tool(tool, arguments)
                assert not result.is_error, plain(result)
                assert expected in plain(result)
                answered[number] += 1

    async def change(server) -> None:
        async with session(server) as client:
            turn = 0
            while time.monotonic() < until_s:
                turn += 1
                (project / "shop/more.py").write_text(f"def more_{turn}():\n    return {turn}\n", encoding="utf-8")
                result = await client.call_tool("reindex", {"wait_seconds": 60})
                assert f"generation {turn + 1}:" in plain(result)
                assert not (await client.call_tool("read", {"target": f"more_{turn}"})).is_error

    anyio.run(run)
    assert all(answered), answered
