"""`leindex mcp` as clients start it: relays, the server that they share, one process alone, HTTP. Real processes, a real index."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import anyio
import pytest
from click.testing import CliRunner
from mcp.client import Client as SdkClient
from mcp.client.stdio import StdioServerParameters, stdio_client

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.command_line import leindex
from lepasserelle.errors import ConfigError
from lepasserelle.faces.mcp.entry import Asked, plain_words
from lepasserelle.faces.mcp.rendezvous import rendezvous

LEINDEX = [sys.executable, "-m", "lepasserelle"]
SOURCES = {
    "shop/cart.py": "from shop.prices import total\n\n\ndef checkout(lines):\n    return total(lines)\n",
    "shop/prices.py": "def total(lines):\n    return sum(lines)\n",
}
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes by /proc")


class Client:
    """A client that speaks lines, and the process it started."""

    def __init__(self, *words: str, command: Sequence[str] = (*LEINDEX, "mcp"), **how: Any) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen([*command, *words], **{**pipes, **how})
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.to, self.answers, self.errors = self.process.stdin, self.process.stdout, self.process.stderr
        self.number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.to, self.answers, self.errors):
            with suppress(BrokenPipeError):
                pipe.close()

    def ask(self, method: str, **params: Any) -> Any:
        """A request and its answer."""
        self.number += 1
        message = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}
        self.to.write(json.dumps(message).encode() + b"\n")
        self.to.flush()
        answer = json.loads(self.answers.readline())
        assert answer["id"] == self.number
        return answer.get("result", answer.get("error"))

    def greet(self) -> None:
        """Begin a session."""
        assert self.ask("initialize", **HELLO)["serverInfo"]["name"] == "leindex"
        self.to.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def callers(self, name: str = "total") -> str:
        """What the tool `callers` says."""
        result = self.ask("tools/call", name="callers", arguments={"name": name})
        assert not result["isError"], result
        return str(result["content"][0]["text"])


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with its index."""
    root = tmp_path_factory.mktemp("shop")
    for path, text in SOURCES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
    return root


@pytest.fixture
def shop(indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it, and a runtime folder of this test's own. No server is left afterwards."""
    project = tmp_path / "shop"
    shutil.copytree(indexed, project)
    with tempfile.TemporaryDirectory(prefix="ls", dir="/tmp") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        monkeypatch.chdir(project)
        yield project
        for pid in servers(project):
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not servers(project))


def servers(project: Path) -> list[int]:
    """The shared servers of a project that run now."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if b"mcp-server" in words and os.fsencode(project) in words:
                found.append(int(path.parent.name))
    return found


def is_running(pid: int) -> bool:
    """Whether the process lives, or any thread of it: as long as one does, its connections are open."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX" or not is_alone(pid)
    except OSError:
        return False


def family(pid: int) -> list[int]:
    """The children of a process, and theirs."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [child, *family(child)]
    return found


def is_alone(pid: int) -> bool:
    """Whether a dead process has no thread left but the first."""
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir())) <= 1
    except OSError:
        return True


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it becomes true within thirty seconds."""
    deadline_s = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return condition()


def private_bytes(pid: int) -> int:
    """What only this process holds."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


# ── shared ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_eight_clients_share_one_server_and_stay_small(shop: Path) -> None:
    """The promise of the relay: at most 15 MB of its own; all that is heavy is there once."""
    with ThreadPoolExecutor(8) as pool:
        clients = list(pool.map(lambda _: Client(), range(8)))
        try:
            list(pool.map(Client.greet, clients))
            answers = set(pool.map(Client.callers, clients))
            assert len(answers) == 1
            assert "checkout" in answers.pop()
            assert len(servers(shop)) == 1
            assert max(private_bytes(client.process.pid) for client in clients) < 15_000_000
        finally:
            for client in clients:
                client.__exit__()
    assert len(servers(shop)) == 1


def test_a_killed_server_costs_one_answer_at_most(shop: Path) -> None:
    """The next question is answered by the next server, in the session that the client began."""
    with Client() as client:
        client.greet()
        before = client.callers()
        (pid,) = servers(shop)
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not is_running(pid))
        assert client.callers() == before
        assert servers(shop) != [pid]


def test_an_idle_server_leaves_by_the_setting(shop: Path) -> None:
    """And nothing of it is left where it listened; its log lies in the index."""
    (shop / ".leindex.toml").write_text("mcp_idle_s = 1\n")
    with Client() as client:
        client.greet()
        before = client.callers()
        place = rendezvous(shop, None)
        assert place.socket.exists()
        assert eventually(lambda: not servers(shop))
        assert not place.socket.exists()
        assert not place.lock.exists()
        assert client.callers() == before
    assert (shop / ".leindex" / "mcp-server.log").is_file()


def test_a_running_server_is_reached_by_the_memory_command(shop: Path) -> None:
    """As any process that has the index open."""
    with Client() as client:
        client.greet()
        client.callers()
        (pid,) = servers(shop)
        done = subprocess.run([*LEINDEX, "memory", "--json"], capture_output=True, text=True, check=True, cwd=shop)
        assert [process["pid"] for process in json.loads(done.stdout)["processes"]] == [pid]


def test_a_server_that_cannot_begin_is_told_to_the_client(shop: Path) -> None:
    """Every request is answered with the reason, and the client's log has it."""
    (shop / ".leindex.toml").write_text("mcp_memory_bytes = 3\n")
    with Client() as client:
        assert "mcp_memory_bytes" in client.ask("initialize", **HELLO)["message"]
        client.to.close()
        assert client.process.wait(20) == 0
        assert b"mcp_memory_bytes" in client.errors.read()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_ends_while_it_indexes_leaves_no_process_behind(shop: Path, number: signal.Signals) -> None:
    """Neither the run nor its workers; the client asks again and gets its answer from the next server."""
    for name in range(300):
        (shop / f"part_{name}.py").write_text(SOURCES["shop/cart.py"] * 20)
    with Client() as client:
        client.greet()
        client.ask("tools/call", name="reindex", arguments={"wait_seconds": 0})
        (pid,) = servers(shop)
        assert eventually(lambda: len(family(pid)) >= 3)
        children = family(pid)
        os.kill(pid, number)
        assert eventually(lambda: not any(map(is_running, [pid, *children])))
        assert "checkout" in client.callers()


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_sdks_client_of_either_era_survives_a_killed_server(shop: Path, mode: str) -> None:
    """Through the relay, over standard streams."""

    async def talk() -> None:
        parameters = StdioServerParameters(command=LEINDEX[0], args=[*LEINDEX[1:], "mcp"], cwd=shop, env=dict(os.environ))
        async with SdkClient(stdio_client(parameters), mode=mode) as client:
            assert "callers" in {tool.name for tool in (await client.list_tools()).tools}
            for _ in range(2):
                result = await client.call_tool("callers", {"name": "total"})
                assert "checkout" in result.content[0].text
                (pid,) = servers(shop)
                os.kill(pid, signal.SIGKILL)
                assert eventually(lambda gone=pid: not is_running(gone))

    anyio.run(talk)


# ── which project ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], Asked()),
        (["--project", "x"], Asked("x")),
        (["-p", "x", "--index-dir=y"], Asked("x", "y")),
        (["--project=a=b"], Asked("a=b")),
        (["--project"], None),
        (["-p=x"], None),
        (["--standalone"], None),
        (["--help"], None),
        (["install"], None),
        (["--http", "--project", "x"], None),
    ],
)
def test_the_plain_form_is_told_from_the_others(words: list[str], asked: Asked | None) -> None:
    """What is not plain goes to click, which also says what is wrong."""
    assert plain_words(words) == asked


@pytest.mark.parametrize(
    ("words", "folder", "reason"),
    [
        ([], "/", "holds more than one project"),
        ([], "home", "holds more than one project"),
        (["--project", "missing"], "home", "there is no folder 'missing'"),
    ],
)
def test_a_folder_that_nobody_means_is_refused(shop: Path, words: list[str], folder: str, reason: str) -> None:
    """Some clients start servers in the root or in the home folder; those are not indexed."""
    home = shop.parent
    where = home if folder == "home" else Path(folder)
    done = subprocess.run(
        [*LEINDEX, "mcp", *words], capture_output=True, text=True, cwd=where, env={**os.environ, "HOME": str(home)}, check=False
    )
    assert done.returncode == 1
    assert reason in done.stderr
    assert done.stdout == ""


# ── alone ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_process_alone_ends_with_its_input(shop: Path) -> None:
    """Nothing is shared, and nothing is left."""
    with Client("--standalone") as client:
        client.greet()
        assert "checkout" in client.callers()
        assert servers(shop) == []
        client.to.close()
        assert client.process.wait(20) == 0
    assert list(Path(os.environ["XDG_RUNTIME_DIR"]).glob("leindex/*")) == []


def test_one_process_alone_serves_where_pipes_cannot_be_waited_for(shop: Path, tmp_path: Path) -> None:
    """As on Windows: threads read and write then."""
    code = """
import sys
from lepasserelle.faces.mcp import streams
streams.CAN_WAIT = False
sys.argv = ["leindex", "mcp", "--standalone"]
from lepasserelle.__main__ import main
main()
"""
    with Client(command=[sys.executable, "-c", code]) as client:
        client.greet()
        assert "checkout" in client.callers()
        client.to.close()
        assert client.process.wait(20) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_process_alone_ends_when_it_is_told_to(shop: Path, number: signal.Signals) -> None:
    """Cleanly."""
    with Client("--standalone") as client:
        client.greet()
        client.process.send_signal(number)
        assert client.process.wait(20) == 0


def test_one_process_alone_ends_with_its_parent(shop: Path) -> None:
    """Although somebody still holds its input open."""
    read_end, write_end = os.pipe()
    code = f"""
import subprocess, sys, time
child = subprocess.Popen({[*LEINDEX, "mcp", "--standalone"]!r}, stdin={read_end}, stdout=subprocess.PIPE)
print(child.pid, child.stdout.readline()[:1], flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, pass_fds=[read_end], text=True) as parent:
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}
        os.write(write_end, json.dumps(message).encode() + b"\n")
        assert parent.stdout is not None
        child = int(parent.stdout.readline().split()[0])
        parent.kill()
    assert eventually(lambda: not is_running(child))
    os.close(read_end)
    os.close(write_end)


def test_where_nothing_can_be_shared_a_client_gets_a_server_of_its_own(shop: Path, tmp_path: Path) -> None:
    """Here: no folder where sockets could lie. It is said once."""
    long = tmp_path / ("x" * 120)
    long.mkdir()
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(long), "TMPDIR": str(long)}
    with Client(env=environment) as client:
        client.greet()
        assert "checkout" in client.callers()
        assert servers(shop) == []
        client.to.close()
        assert client.process.wait(20) == 0
        said = client.errors.read().decode()
    assert said.count("this client gets a server of its own") == 1


def test_without_the_sdk_the_client_is_told_what_to_install(shop: Path, tmp_path: Path) -> None:
    """It is an extra."""
    code = """
from importlib import util
real = util.find_spec
util.find_spec = lambda name, *rest: None if name == "mcp" else real(name, *rest)
"""
    (tmp_path / "sitecustomize.py").write_text(code)
    with Client("--standalone", env={**os.environ, "PYTHONPATH": str(tmp_path)}) as client:
        assert client.process.wait(20) == 1
        assert b"pip install 'lepasserelle[mcp]'" in client.errors.read()


# ── HTTP ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_http_serves_the_sdks_client_and_ends_when_it_is_told_to(shop: Path) -> None:
    """The first line of output is the URL."""
    with Client("--http") as server:
        url = server.answers.readline().decode().strip()
        assert url.startswith("http://127.0.0.1:")

        async def talk() -> None:
            async with SdkClient(url) as client:
                result = await client.call_tool("callers", {"name": "total"})
                assert "checkout" in result.content[0].text

        anyio.run(talk)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (["--http", "--host", "0.0.0.0"], 1, "give a token"),
        (["--http", "--token", "short"], 1, "at least 16"),
        (["--http", "--token-file", "missing"], 1, "no file 'missing'"),
        (["--http", "--token", "x", "--token-file", "y"], 2, "exclude each other"),
        (["--port", "80"], 2, "goes with --http"),
        (["--http", "--port", "70000"], 2, "not in the range"),
    ],
)
def test_what_would_be_open_to_others_is_refused(shop: Path, words: list[str], status: int, reason: str) -> None:
    """Before anything listens."""
    done = CliRunner().invoke(leindex, ["mcp", *words])
    if status == 2:
        assert done.exit_code == 2
        assert reason in done.stderr
    else:
        assert isinstance(done.exception, ConfigError)
        assert reason in str(done.exception)
