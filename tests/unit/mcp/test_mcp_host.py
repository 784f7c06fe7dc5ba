"""Who is served on the shared socket, and what happens to the others when one of them misbehaves."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import anyio
import pytest

from lepasserelle.faces.mcp import host as host_module
from lepasserelle.faces.mcp.host import Host, Visitor
from lepasserelle.faces.mcp.rendezvous import FAREWELL, FULL, WELCOME, lines_heard
from lepasserelle.faces.mcp.shared import LOG_NAME
from lepasserelle.meeting.sockets import listen

Talk = Callable[["Streams"], Awaitable[None]]
Streams = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


@pytest.fixture
def path() -> Iterator[Path]:
    """Where to listen."""
    with tempfile.TemporaryDirectory(prefix="lh", dir="/tmp") as temporary:
        yield Path(temporary) / "a.sock"


async def echo(visitor: Visitor) -> None:
    """Says what it hears; breaks when it is told to."""
    try:
        while (heard := await visitor.receive()) != b"break\n":
            await visitor.send(heard)
    except anyio.EndOfStream:
        return
    raise ValueError("as I was told")


def hosted(path: Path, talk: Talk, *, idle_s: float = 600.0, is_busy: Callable[[], bool] = lambda: False) -> None:
    """Talk to a host, then have it end."""

    async def run() -> None:
        host = Host(listen(path, 8), path, echo, idle_s=idle_s, is_busy=is_busy)
        serving = asyncio.create_task(host.run())
        await talk(lambda: asyncio.open_unix_connection(str(path)))
        host._is_ending.set()
        await asyncio.wait_for(serving, 20)
        assert not path.exists()

    asyncio.run(asyncio.wait_for(run(), 60))


def test_a_session_that_breaks_is_written_down_and_nobody_elses(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its client is hung up on; the others go on."""

    async def talk(connect: Streams) -> None:
        (reader, writer), (other, to_other) = await connect(), await connect()
        assert await reader.readline() == await other.readline() == WELCOME
        writer.write(b"break\n")
        assert await reader.read() == b""
        to_other.write(b"still there?\n")
        assert await other.readline() == b"still there?\n"
        for each in (writer, to_other):
            each.close()

    hosted(path, talk)
    assert "ValueError: as I was told" in capsys.readouterr().err


def test_a_client_that_does_not_read_keeps_nobody_waiting(path: Path) -> None:
    """More than any buffer holds lies before it."""

    async def talk(connect: Streams) -> None:
        (_, writer), (other, to_other) = await connect(), await connect()
        writer.write(b"x" * 5_000_000 + b"\n")
        await other.readline()
        to_other.write(b"still there?\n")
        assert await other.readline() == b"still there?\n"
        for each in (writer, to_other):
            each.close()

    hosted(path, talk)


def test_no_more_clients_are_served_than_may_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one too many is told; when one leaves there is room again."""
    monkeypatch.setattr(host_module, "MOST_CLIENTS", 1)

    async def talk(connect: Streams) -> None:
        reader, writer = await connect()
        assert await reader.readline() == WELCOME
        full, closing = await connect()
        assert await full.read() == FULL
        writer.close()
        while True:
            again, to_again = await connect()
            if await again.readline() == WELCOME:
                break
            to_again.close()
        for each in (closing, to_again):
            each.close()

    hosted(path, talk)


def test_another_user_is_told_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even that somebody is there."""
    monkeypatch.setattr(host_module, "is_same_user", lambda _: False)

    async def talk(connect: Streams) -> None:
        reader, writer = await connect()
        assert await reader.read() == b""
        writer.close()

    hosted(path, talk)


def test_who_is_there_at_the_end_is_told_farewell(path: Path) -> None:
    """And nothing that comes after the decision is begun."""
    heard: list[bytes] = []

    async def run() -> None:
        host = Host(listen(path, 8), path, echo, idle_s=0.2, is_busy=lambda: False)
        serving = asyncio.create_task(host.run())
        reader, writer = await asyncio.open_unix_connection(str(path))
        await asyncio.wait_for(serving, 20)
        heard.append(await reader.read())
        writer.close()

    asyncio.run(run())
    assert heard == [WELCOME + FAREWELL]


def test_who_was_being_worked_for_is_told_what_was_heard_and_not_farewell(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not believe that nothing was begun, and may believe that what was not heard was not."""
    monkeypatch.setattr(host_module, "GRACE_S", 0.1)
    heard: list[bytes] = []

    async def run() -> None:
        host = Host(listen(path, 8), path, echo, idle_s=600, is_busy=lambda: True)
        serving = asyncio.create_task(host.run())
        reader, writer = await asyncio.open_unix_connection(str(path))
        await reader.readline()
        writer.write(b"one\ntwo\nhalf")
        said = await reader.readuntil(b"half")
        host._is_ending.set()
        while path.exists():
            await asyncio.sleep(0.001)
        writer.write(b"\nfour\n")
        await asyncio.wait_for(serving, 20)
        heard.extend([said, await reader.read()])
        writer.close()

    asyncio.run(run())
    assert heard[0] == b"one\ntwo\nhalf"
    assert lines_heard(heard[1].rstrip()) == 2


def test_a_name_that_became_another_servers_is_left_to_it(path: Path) -> None:
    """Only one's own is taken away at the end."""

    async def run() -> None:
        host = Host(listen(path, 8), path, echo, idle_s=600, is_busy=lambda: False)
        serving = asyncio.create_task(host.run())
        await asyncio.sleep(0.05)
        other = listen(path, 8)
        host._is_ending.set()
        await asyncio.wait_for(serving, 20)
        assert path.exists()
        other.close()

    asyncio.run(run())


def test_the_log_begins_with_the_index_and_stays_bounded(tmp_path: Path) -> None:
    """Before there is a folder for it nothing is kept, and nothing is made."""
    code = """
import os, sys
from pathlib import Path
from lepasserelle.faces.mcp import shared
shared.MOST_LOG_BYTES = 1000
folder = Path(sys.argv[1]) / "index"
log = shared.Log(folder)
os.write(2, b"lost")
log.tidy()
assert not folder.exists()
folder.mkdir()
log.tidy()
for number in range(100):
    os.write(2, b"line %03d of the log\\n" % number)
    log.tidy()
"""
    subprocess.run([sys.executable, "-c", code, os.fspath(tmp_path)], check=True)
    text = (tmp_path / "index" / LOG_NAME).read_text()
    assert len(text) <= 1100
    assert text.endswith("line 099 of the log\n")
    assert "lost" not in text
    assert (tmp_path / "index" / LOG_NAME).stat().st_mode & 0o777 == 0o600
