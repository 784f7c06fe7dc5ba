"""The MCP server while there is no index yet, while one is made, and when a client stops waiting or is gone."""

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.abc
import pytest
from looking_shop import SECRET, make_shop
from mcp_session import QUIET, plain, session, text_of

from lepasserelle import LeIndex, MemoryConfig, WorkerError
from lepasserelle.faces.mcp.server import build_server, serve_streams
from lepasserelle.faces.mcp.streams import MOST_LINE_BYTES
from lepasserelle.leindex import Service
from lepasserelle.leindex.background import BackgroundRun
from lepasserelle.model import FindSymbolRequest, Page, Request, SearchRequest
from lepasserelle.storage.layout import MANIFEST


def hold(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Runs of indexing begin, and end only when the returned function was called."""
    gate = threading.Event()
    watch = BackgroundRun._watch

    def late(self: BackgroundRun, order: object) -> None:
        while not gate.wait(0.02) and self._process.poll() is None:
            pass
        watch(self, order)

    monkeypatch.setattr(BackgroundRun, "_watch", late)
    return gate.set


def test_without_an_index_plain_text_answers_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tool, at once, marked as partial, and without what is hidden; afterwards the index answers."""
    root = make_shop(tmp_path / "project")
    let_go = hold(monkeypatch)

    async def run() -> None:
        with build_server(root, QUIET) as server, anyio.fail_after(60):
            server.workplace.service = Service(server.workplace.leindex, patience_s=0)
            async with session(server) as client:
                for tool, arguments, expected in (
                    ("search", {"query": "def total(lines)", "mode": "literal"}, "shop/prices.py\n5: def total(lines):"),
                    ("search", {"query": "sum of line prices"}, "6: "),
                    ("context", {"question": "sum of line prices"}, "shop/prices.py"),
                    ("find_symbol", {"name": "shop.prices.total"}, "shop/prices.py\n5: def total(lines):"),
                    ("callers", {"name": "total"}, "shop/cart.py"),
                    ("impact", {"name": "total"}, "shop/cart.py"),
                    ("outline", {"path": "shop"}, "shop/: 5 files (python 5)\ndeep/ 2 files, python\n__init__.py\ncart.py"),
                    ("read", {"target": "shop/prices.py:5-6"}, 'def total(lines):\n    """Sum'),
                    ("read", {"target": "total"}, "5: def total(lines):"),
                    ("slice", {"place": "shop/prices.py:7"}, ""),
                ):
                    result = await client.call_tool(tool, arguments)
                    assert not result.is_error, plain(result)
                    assert result.structured_content["partial"] is True
                    assert "[partial: no index yet" in plain(result)
                    assert expected in plain(result)
                for hidden in (
                    SECRET,
                    "needle",
                    ".env:1",
                    "ignored/notes.py:1",
                    "linked/secret.py:1",
                    "../project_outside/secret.py",
                ):
                    for tool, arguments in (("search", {"query": hidden, "mode": "literal"}), ("read", {"target": hidden})):
                        said = plain(await client.call_tool(tool, arguments))
                        assert "'outside'" not in said
                        assert f"KEY={SECRET}" not in said
                        assert "'ignored on purpose'" not in said
                assert "indexing goes on" in await text_of(client, "index_status")
                assert "indexing goes on" in await text_of(client, "reindex", wait_seconds=0)
                let_go()
                assert "generation 1:" in await text_of(client, "reindex", wait_seconds=60)
                result = await client.call_tool("find_symbol", {"name": "total"})
                assert "partial" not in result.structured_content

    anyio.run(run)


def test_a_small_project_is_indexed_within_the_patience_of_its_first_question(tmp_path: Path) -> None:
    """No partial answer where a whole one is a moment away; progress is told, and only ever grows."""
    root = make_shop(tmp_path / "project")
    told: list[float] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        assert total == 100
        assert message
        told.append(progress)

    async def run() -> None:
        with build_server(root, QUIET) as server, anyio.fail_after(60):
            server.workplace.service = Service(server.workplace.leindex, patience_s=50)
            async with session(server) as client:
                result = await client.call_tool("callers", {"name": "total"}, progress_callback=hear)
                assert "Cart.checkout" in plain(result)
                assert "partial" not in result.structured_content

    anyio.run(run)
    assert told == sorted(set(told))


def test_two_servers_that_start_the_same_index_make_it_once(tmp_path: Path) -> None:
    """The second one waits for the lock and finds everything done."""
    root = make_shop(tmp_path / "project")
    with LeIndex(root, QUIET) as first, LeIndex(root, QUIET) as second:
        runs = [first.index_in_background(), second.index_in_background()]
        assert all(run.wait(60) for run in runs)
        assert [run.error for run in runs] == ["", ""]
        reports = [run.report for run in runs if run.report is not None]
        assert sorted(report.parsed_files > 0 for report in reports) == [False, True]
        assert {report.generation for report in reports} == {1}


def test_one_open_index_starts_one_run(tmp_path: Path) -> None:
    """However many ask."""
    root = make_shop(tmp_path / "project")
    with LeIndex(root, QUIET) as leindex:
        run = leindex.index_in_background()
        assert leindex.index_in_background() is run
        assert run.wait(60)
        assert leindex.index_in_background() is not run


@pytest.mark.parametrize("name", ["lepasserelle-indexing", "lepasserelle-words"])
def test_a_run_that_gets_no_thread_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """No child is left that nobody hears; closing waits for none, and the next run is made as if nothing had been."""
    root = make_shop(tmp_path / "project")
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == name:
            raise RuntimeError("can't start new thread")
        start(thread)

    with LeIndex(root, QUIET) as leindex:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            with pytest.raises(WorkerError, match="no thread"):
                leindex.index_in_background()
        assert leindex.background.last is None
        assert leindex.index_in_background().wait(60)
        assert len(leindex.symbols("Cart")) == 1


def test_closing_goes_on_after_something_that_does_not_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is told; what comes after it is closed all the same."""
    leindex = LeIndex(make_shop(tmp_path / "project"), MemoryConfig(check_interval_secs=30))
    leindex.index_project()
    assert leindex.symbols("Cart")

    def fail() -> None:
        raise RuntimeError("does not end")

    monkeypatch.setattr(leindex.background, "stop", fail)
    with pytest.raises(RuntimeError, match="does not end"):
        leindex.close()
    assert leindex._current.peek() is None
    assert not leindex.manager._monitor.is_running


def test_an_index_that_cannot_be_made_is_an_error_and_not_tried_all_the_time(tmp_path: Path) -> None:
    """The reason comes out; the next question does not start another run at once."""
    with LeIndex(tmp_path, QUIET) as leindex:
        service = Service(leindex, patience_s=50)
        with pytest.raises(Exception, match="holds no source file"):
            service.answer(FindSymbolRequest(name="x"))
        run = leindex.background.last
        with pytest.raises(Exception, match="holds no source file"):
            service.answer(FindSymbolRequest(name="x"))
        assert leindex.background.last is run


def test_a_run_that_is_killed_says_so_and_leaves_the_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for ever."""
    root = make_shop(tmp_path / "project")
    let_go = hold(monkeypatch)
    with LeIndex(root, QUIET) as leindex:
        run = leindex.index_in_background()
        run._process.kill()
        let_go()
        assert run.wait(60)
        assert "status -9" in run.error
        assert not (leindex.folder / MANIFEST).exists()


def test_a_run_leaves_with_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing ends it; and the child notices by itself when whoever started it is gone."""
    root = make_shop(tmp_path / "project")
    let_go = hold(monkeypatch)
    leindex = LeIndex(root, QUIET)
    run = leindex.index_in_background()
    let_go()
    leindex.close()
    assert not run.is_running
    reader, writer = os.pipe()
    child = subprocess.Popen(run._process.args, stdin=reader, stdout=subprocess.DEVNULL)
    os.close(reader)
    os.write(writer, json.dumps({"project": str(root), "settings": {"parse_limit_ms": 60000}}).encode() + b"\n")
    os.close(writer)
    assert child.wait(60) in {0, 1}


def test_an_index_of_another_version_is_made_anew_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it; plain text answers."""
    root = make_shop(tmp_path / "project")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    monkeypatch.setattr("lepasserelle.ingest.features.FEATURES", {"graph": 10_000})
    hold(monkeypatch)
    with LeIndex(root, QUIET) as leindex:
        page = Service(leindex, patience_s=0).answer(SearchRequest(query="def total", mode="literal"))
        assert page.partial
        assert "5: def total(lines):" in page.text


def test_a_cancelled_call_is_not_answered_and_others_are(tmp_path: Path) -> None:
    """The client stops waiting; the server goes on, for it and for others."""
    root = make_shop(tmp_path / "project")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    began, release, ended = threading.Event(), threading.Event(), threading.Event()

    async def run() -> None:
        with build_server(root, QUIET) as server, anyio.fail_after(60):
            answer = server.workplace.service.answer

            def slow(request: Request) -> Page:
                if not isinstance(request, SearchRequest):
                    return answer(request)
                began.set()
                release.wait(30)
                try:
                    return answer(request)
                finally:
                    ended.set()

            server.workplace.service.answer = slow  # type: ignore[method-assign]
            async with session(server) as client:
                with anyio.move_on_after(0.5) as waited:
                    await client.call_tool("search", {"query": "total"})
                assert waited.cancelled_caught
                assert await anyio.to_thread.run_sync(began.wait, 10)
                assert "Cart.checkout" in await text_of(client, "callers", name="total")
                release.set()
                assert await anyio.to_thread.run_sync(ended.wait, 30)  # else it would open again what the server has closed
                while server.workplace.is_busy:
                    await anyio.sleep(0.01)

    anyio.run(run)


def raw_session(root: Path, talk: Callable[[socket.socket], None]) -> None:
    """Bytes on one end of a socket; afterwards the same server still answers a client."""

    async def run() -> None:
        with build_server(root, QUIET) as server, anyio.fail_after(60):
            near, far = socket.socketpair()
            async with await anyio.abc.UNIXSocketStream.from_socket(far) as there, anyio.create_task_group() as tasks:
                tasks.start_soon(serve_streams, server, there, there)
                await anyio.to_thread.run_sync(talk, near)
                near.close()
            async with session(server) as client:
                assert "Cart.checkout" in await text_of(client, "callers", name="total")

    anyio.run(run)


def line(method: str, number: int | None = None, **params: object) -> bytes:
    """One message."""
    message = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
    return json.dumps(message).encode() + b"\n"


HELLO = line("initialize", 0, protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "raw", "version": "0"})
READY = line("notifications/initialized")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, indexed."""
    root = make_shop(tmp_path_factory.mktemp("meanwhile") / "project")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


def test_a_pipe_that_closes_in_the_middle_of_an_answer_ends_that_session_only(shop: Path) -> None:
    """The client is killed while its answers are on the way."""

    def talk(near: socket.socket) -> None:
        near.sendall(HELLO + READY)
        assert near.recv(65536)
        for number in range(1, 200):
            near.sendall(line("tools/call", number, name="read", arguments={"target": "shop/cart.py", "max_tokens": 20000}))
        near.recv(100)

    raw_session(shop, talk)


def test_what_is_no_message_is_an_error_and_the_session_goes_on(shop: Path) -> None:
    """No JSON, no object, bytes that are no text, a line without end."""

    def talk(near: socket.socket) -> None:
        near.sendall(HELLO + READY)
        assert near.recv(65536)
        for number, junk in enumerate([b"no json", b"[]", b"{}", b"\xff\xfe\x00", b'{"jsonrpc":"2.0"}', b"[" * 100_000], 1):
            near.sendall(junk + b"\n" + line("ping", number))
        for _ in range(MOST_LINE_BYTES // 65536 + 2):
            near.sendall(b"x" * 65536)
        near.sendall(b"\n" + line("ping", 99))
        seen = b""
        deadline_s = time.monotonic() + 30
        while b'"id":99' not in seen and time.monotonic() < deadline_s:
            seen += near.recv(65536)
        answers = [json.loads(one) for one in seen.splitlines()]
        assert {one.get("id") for one in answers} >= {1, 2, 3, 4, 5, 6, 99}

    raw_session(shop, talk)
