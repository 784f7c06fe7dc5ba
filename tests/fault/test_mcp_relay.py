"""Relays and the server that they share, as real processes that are killed, stopped, cut off and fed nonsense."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pytest

from lepasserelle.faces.mcp.lines import MOST_LINE_BYTES
from lepasserelle.faces.mcp.rendezvous import Rendezvous, rendezvous

ECHO = Path(__file__).with_name("mcp_echo.py")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes by /proc")


class Client:
    """One client: a relay, and the pipes to it."""

    def __init__(self, folder: Path, idle_s: float = 600.0, **how: Any) -> None:
        command = [sys.executable, str(ECHO), "relay", str(folder), str(idle_s)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.errors = self.process.stderr
        self.to, self.answers = self.process.stdin, self.process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.to, self.answers, self.errors):
            with suppress(BrokenPipeError):
                pipe.close()

    def say(self, **message: Any) -> None:
        """One message, as it is."""
        self.to.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.to.flush()

    def hear(self) -> Any:
        """The next message."""
        return json.loads(self.answers.readline())

    def ask(self, method: str, number: int | str = 1, **params: Any) -> Any:
        """A request, and what comes next."""
        self.say(id=number, method=method, params=params)
        return self.hear()

    def greet(self) -> int:
        """Begin a session; the server's process."""
        answer = self.ask("initialize", "hello")
        assert answer["id"] == "hello"
        self.say(method="notifications/initialized")
        return int(answer["result"]["pid"])

    def leave(self) -> int:
        """Say no more; the exit status."""
        self.to.close()
        return self.process.wait(20)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project, with a runtime folder of this test's own; no server of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="lr", dir="/tmp") as temporary:
        runtime, project = Path(temporary) / "r", Path(temporary) / "p"
        runtime.mkdir(mode=0o700)
        project.mkdir()
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield project
        for folder in (project, project.parent / "q"):
            end(folder)


def served(folder: Path) -> list[int]:
    """Every server that was ever started for it."""
    path = folder / "served"
    return [int(text) for text in path.read_text().split()] if path.exists() else []


def end(folder: Path) -> None:
    """Kill what still serves it; a number may have become another process's by now."""
    for pid in served(folder):
        with suppress(OSError):
            if os.fsencode(folder) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGKILL)
                assert eventually(lambda gone=pid: not is_running(gone))


def names(folder: Path) -> list[str]:
    """What lies in the runtime folder."""
    return sorted(path.name for path in (folder.parent / "r" / "leindex").iterdir())


def place(folder: Path) -> Rendezvous:
    """Where relays of it meet their server."""
    return rendezvous(folder, None)


def is_running(pid: int) -> bool:
    """Whether the process lives; one that waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it becomes true within twenty seconds."""
    deadline_s = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return condition()


def memory_bytes(pid: int) -> dict[str, int]:
    """Private and proportional bytes of a process, as the kernel counts them."""
    found = {}
    for text in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size, _ = text.split()
        found[name.rstrip(":")] = int(size) * 1024
    return {"private": found["Private_Clean"] + found["Private_Dirty"], "proportional": found["Pss"]}


# ── sharing ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_eight_clients_that_come_at_once_share_one_server(folder: Path) -> None:
    """However many find none, one starts it; and each of them stays small."""
    with ThreadPoolExecutor(8) as pool:
        clients = list(pool.map(lambda _: Client(folder), range(8)))
        try:
            assert len(set(pool.map(Client.greet, clients))) == 1
            assert len(served(folder)) == 1
            assert all(memory_bytes(client.process.pid)["private"] < 15_000_000 for client in clients)
            assert [client.ask("echo", number)["id"] for number, client in enumerate(clients)] == list(range(8))
            assert [client.leave() for client in clients] == [0] * 8
        finally:
            for client in clients:
                client.__exit__()
    assert is_running(served(folder)[0])


def test_two_projects_have_two_servers(folder: Path) -> None:
    """And so has one project under other settings."""
    other = folder.parent / "q"
    other.mkdir()
    with Client(folder) as first, Client(other) as second, Client(folder, env={**os.environ, "LEINDEX_WORKERS": "1"}) as third:
        assert len({client.greet() for client in (first, second, third)}) == 3


def test_a_relay_imports_nothing_heavy(folder: Path) -> None:
    """Neither the SDK nor numpy nor click; what starting a server takes is not kept either."""
    code = f"""
import sys
sys.argv = ["mcp_echo.py", "relay", {str(folder)!r}]
sys.path.insert(0, {str(ECHO.parent)!r})
import mcp_echo
mcp_echo.relay({str(folder)!r}, "600")
heavy = {{"mcp", "numpy", "click", "rich", "msgspec", "asyncio", "anyio", "pydantic", "subprocess"}} & set(sys.modules)
sys.exit(f"imported: {{heavy}}" if heavy else 0)
"""
    request = b'{"jsonrpc":"2.0","id":1,"method":"echo"}\n'
    done = subprocess.run([sys.executable, "-c", code], input=request, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == 1


# ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_client_that_has_said_its_last_is_answered_first(folder: Path) -> None:
    """As when a file of requests is piped in; the last line may lack its end."""
    lines = [json.dumps({"jsonrpc": "2.0", "id": number, "method": "sleep", "params": {"s": 0.1}}) for number in range(3)]
    with Client(folder) as client:
        client.to.write("\n".join(lines).encode())
        client.to.close()
        assert [client.hear()["id"] for _ in lines] == [0, 1, 2]
        assert client.process.wait(20) == 0


def test_a_client_that_says_nothing_starts_no_server(folder: Path) -> None:
    """The relay leaves at the end of input, without a word."""
    with Client(folder) as client:
        assert client.leave() == 0
        assert client.answers.read() == b""
    assert served(folder) == []


def test_a_killed_relay_harms_nobody_else(folder: Path) -> None:
    """Even in the middle of an answer that it does not read."""
    with Client(folder) as staying, Client(folder) as leaving:
        pid = staying.greet()
        assert leaving.greet() == pid
        leaving.say(id=2, method="big", params={"bytes": 20_000_000})
        leaving.answers.read(10)
        leaving.process.kill()
        assert staying.ask("echo", 2)["result"]["pid"] == pid


def test_a_closed_pipe_in_the_middle_of_an_answer_ends_the_relay_only(folder: Path) -> None:
    """There is nobody to hand anything to."""
    with Client(folder) as staying, Client(folder) as leaving:
        pid = staying.greet()
        leaving.say(id=2, method="big", params={"bytes": 5_000_000})
        leaving.answers.read(10)
        leaving.answers.close()
        assert leaving.process.wait(20) == 0
        assert staying.ask("echo", 2)["result"]["pid"] == pid


def test_a_relay_ends_with_the_process_that_started_it(folder: Path) -> None:
    """Although somebody else still holds its pipes open; the server is nobody's child and goes on."""
    read_end, write_end = os.pipe()
    code = f"""
import subprocess, sys, time
relay = subprocess.Popen([sys.executable, {str(ECHO)!r}, "relay", {str(folder)!r}], stdin={read_end}, stdout=subprocess.PIPE)
print(relay.pid, relay.stdout.readline().decode(), flush=True)
time.sleep(60)
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, pass_fds=[read_end], text=True) as parent:
        os.write(write_end, b'{"jsonrpc":"2.0","id":1,"method":"echo"}\n')
        assert parent.stdout is not None
        relay = int(parent.stdout.readline().partition(" ")[0])
        assert is_running(relay)
        parent.kill()
    assert eventually(lambda: not is_running(relay))
    assert is_running(served(folder)[0])
    os.close(read_end)
    os.close(write_end)


def test_the_server_is_no_descendant_of_the_client_that_came_first(folder: Path) -> None:
    """It has a session of its own, nothing of the client's open, and no child that waits to be collected is left."""
    with Client(folder) as client:
        pid = client.greet()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        parent, session = int(fields[1]), int(fields[3])
        assert parent not in {client.process.pid, os.getpid()}
        assert session not in {os.getsid(0), client.process.pid}
        assert Path(f"/proc/{client.process.pid}/task/{client.process.pid}/children").read_text() == ""
        pipes = {Path(f"/proc/{client.process.pid}/fd/{number}").readlink() for number in (0, 1, 2)}
        assert not pipes & {path.readlink() for path in Path(f"/proc/{pid}/fd").iterdir()}


# ── a server that dies ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_client_notices_the_death_of_its_server_by_one_error_only(folder: Path) -> None:
    """The request that was under way; the next one is answered by a new server, which was greeted as the former one."""
    with Client(folder) as client:
        first = client.greet()
        lost = client.ask("die", "lost")
        assert lost["id"] == "lost"
        assert "ask again" in lost["error"]["message"]
        answer = client.ask("echo", 3, a=1)
        assert answer["id"] == 3
        assert answer["result"]["pid"] != first
        assert answer["result"]["heard"] == ["initialize", "notifications/initialized"]
        assert client.ask("echo", 4)["result"]["pid"] == answer["result"]["pid"]
    assert len(served(folder)) == 2


def test_half_an_answer_is_never_handed_on(folder: Path) -> None:
    """The server died while it wrote; the client reads whole lines."""
    with Client(folder) as client:
        client.greet()
        assert client.ask("half", 2)["error"]["code"] == -32000
        assert client.ask("echo", 3)["id"] == 3


def test_a_server_that_is_killed_between_two_requests_is_not_noticed_at_all(folder: Path) -> None:
    """By none of its clients; one of them starts the next."""
    with Client(folder) as first, Client(folder) as second:
        pid = first.greet()
        second.greet()
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not is_running(pid))
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda client: client.ask("echo", 7), (first, second)))
        assert [answer["id"] for answer in answers] == [7, 7]
        assert len({answer["result"]["pid"] for answer in answers} | {pid}) == 2
    assert len(served(folder)) == 2


def test_a_dead_servers_question_is_not_answered_to_the_next_one(folder: Path) -> None:
    """Both may have asked under the same id."""
    with Client(folder) as client:
        client.greet()
        assert client.ask("ask", 2)["method"] == "roots/list"
        assert client.hear()["id"] == 2
        client.ask("die", 3)
        client.say(id="s1", result="for the dead one")
        assert client.ask("ask", 4)["method"] == "roots/list"
        client.hear()
        client.say(id="s1", result="for this one")
        assert "reply s1 for this one" in client.ask("echo", 5)["result"]["heard"]
        assert "reply s1 for the dead one" not in client.ask("echo", 6)["result"]["heard"]


def test_the_last_client_takes_away_what_a_killed_server_left(folder: Path) -> None:
    """Nothing lies in the runtime folder when nobody lives; while a server does, a client that leaves takes nothing away."""
    with Client(folder) as first, Client(folder) as second:
        pid = first.greet()
        assert second.greet() == pid
        assert first.leave() == 0
        assert names(folder) == sorted([place(folder).socket.name, place(folder).lock.name])
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not is_running(pid))
        assert second.leave() == 0
    assert names(folder) == []


def test_what_a_killed_server_left_is_swept_by_the_next(folder: Path) -> None:
    """Also what other projects' servers left."""
    other = folder.parent / "q"
    other.mkdir()
    with Client(other) as client:
        pid = client.greet()
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not is_running(pid))
    assert len(names(folder)) == 2
    with Client(folder) as client:
        client.greet()
    assert names(folder) == sorted([place(folder).socket.name, place(folder).lock.name])


def test_a_server_that_cannot_begin_is_an_error_with_its_reason(folder: Path) -> None:
    """For every request; once the reason is gone, the next one is answered."""
    (folder / "broken").touch()
    with Client(folder) as client:
        for number in (1, 2):
            answer = client.ask("initialize", number)
            assert answer["id"] == number
            assert answer["error"]["message"] == "the index is made of cheese"
        (folder / "broken").unlink()
        assert client.ask("initialize", 3)["result"]["heard"] == ["initialize"]
        assert client.leave() == 0
        assert client.errors.read().decode() == "leindex: the index is made of cheese\n" * 2


# ── a server that leaves ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_idle_server_leaves_and_comes_back_unnoticed(folder: Path) -> None:
    """A client that is connected and asks nothing does not keep it; nothing of it is left in the folder."""
    with Client(folder, idle_s=0.4) as client:
        pid = client.greet()
        assert eventually(lambda: not is_running(pid))
        assert names(folder) == []
        answer = client.ask("echo", 2)
        assert answer["result"]["pid"] != pid
        assert answer["result"]["heard"] == ["initialize", "notifications/initialized"]


def test_a_busy_server_does_not_leave(folder: Path) -> None:
    """Work that takes longer than the time of idleness is not cut off."""
    with Client(folder, idle_s=0.3) as client:
        pid = client.greet()
        assert client.ask("sleep", 2, s=1.2)["result"]["pid"] == pid


def test_a_server_that_is_told_to_end_lets_a_short_answer_finish(folder: Path) -> None:
    """Then it leaves cleanly, and the next request starts another."""
    with Client(folder) as client:
        pid = client.greet()
        client.say(id=2, method="sleep", params={"s": 0.4})
        time.sleep(0.1)
        os.kill(pid, signal.SIGTERM)
        assert client.hear()["result"]["pid"] == pid
        assert eventually(lambda: not is_running(pid))
        assert names(folder) == []
        assert client.ask("echo", 3)["result"]["pid"] != pid


def test_a_server_that_is_told_to_end_does_not_wait_for_long_ones(folder: Path) -> None:
    """The client is told, and can ask again."""
    with Client(folder) as client:
        pid = client.greet()
        client.say(id=2, method="sleep", params={"s": 50})
        time.sleep(0.1)
        os.kill(pid, signal.SIGTERM)
        assert client.hear()["error"]["code"] == -32000
        assert eventually(lambda: not is_running(pid))


def test_requests_that_come_while_the_server_leaves_are_answered_by_the_next(folder: Path) -> None:
    """A client that asks all the time, and a server that is told to leave again and again: nothing is lost, nothing comes twice."""
    with Client(folder) as client:
        pids, number = [client.greet()], 0
        for _ in range(3):
            os.kill(pids[-1], signal.SIGTERM)
            deadline_s = time.monotonic() + 20
            while (pid := answered_by(client, number := number + 1)) == pids[-1] and time.monotonic() < deadline_s:
                pass
            assert pid not in pids
            pids.append(pid)


def test_a_request_that_reaches_a_leaving_server_is_answered_by_the_next(folder: Path) -> None:
    """It lets another client's answer finish and hears nothing any more: the request was never begun, and is no error."""
    with Client(folder) as busy, Client(folder) as late:
        pid = busy.greet()
        assert late.greet() == pid
        busy.say(id=2, method="sleep", params={"s": 1.5})
        assert late.ask("busy", 2)["result"]["params"] == {}
        os.kill(pid, signal.SIGTERM)
        assert eventually(lambda: not place(folder).socket.exists())
        assert late.ask("echo", 3)["result"]["pid"] != pid
        assert busy.hear()["result"]["pid"] == pid


def test_a_request_that_reaches_a_server_which_may_not_wait_is_answered_by_the_next(folder: Path) -> None:
    """It works for somebody else too long and cuts that off; who was only not heard any more is not to notice."""
    with Client(folder) as busy, Client(folder) as late:
        pid = busy.greet()
        assert late.greet() == pid
        busy.say(id=2, method="sleep", params={"s": 300})
        assert late.ask("busy", 2)["result"]["params"] == {}
        os.kill(pid, signal.SIGTERM)
        assert eventually(lambda: not place(folder).socket.exists())
        answer = late.ask("echo", 3)
        assert answer["result"]["pid"] != pid
        assert answer["result"]["heard"] == ["initialize", "notifications/initialized"]
        assert busy.hear()["error"]["code"] == -32000


def answered_by(client: Client, number: int) -> int:
    """The server that answers a request, which is answered once and without an error."""
    answer = client.ask("echo", number)
    assert answer["id"] == number
    return int(answer["result"]["pid"])


def test_a_server_whose_name_was_taken_away_leaves_when_its_clients_have(folder: Path) -> None:
    """Nobody could find it; who comes next starts another."""
    with Client(folder) as first, Client(folder) as second:
        pid = first.greet()
        for path in (place(folder).socket, place(folder).lock):
            path.unlink()
        assert second.greet() != pid
        assert first.ask("echo", 2)["result"]["pid"] == pid


# ── bad input ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_huge_line_is_refused_and_the_session_goes_on(folder: Path) -> None:
    """Under its own id, and without taking memory for it."""
    with Client(folder) as client:
        client.greet()
        client.to.write(b'{"jsonrpc":"2.0","id":9,"method":"echo","params":{"x":"')
        for _ in range(64):
            client.to.write(b"x" * (MOST_LINE_BYTES // 16))
        client.to.write(b'"}}\n')
        client.to.flush()
        answer = client.hear()
        assert answer["id"] == 9
        assert "at most 4194304 bytes" in answer["error"]["message"]
        assert memory_bytes(client.process.pid)["private"] < 20_000_000
        assert client.ask("echo", 10)["id"] == 10


@pytest.mark.parametrize("noise", [b"\xff\xfe\x00\n", b"{\n", b"\n\n \n", b"[1,2]\n", b"null\n"])
def test_nonsense_is_handed_on_and_harms_nobody(folder: Path, noise: bytes) -> None:
    """The server says what is wrong with it, if anything."""
    with Client(folder) as client:
        client.greet()
        client.to.write(noise)
        client.say(id=2, method="echo")
        answers = [client.hear()]
        while answers[-1]["id"] is None:
            answers.append(client.hear())
        assert answers[-1]["id"] == 2


def test_large_answers_come_whole_to_a_client_that_reads_slowly(folder: Path) -> None:
    """And small requests meanwhile are taken; what was held for it is given back."""
    with Client(folder) as client:
        client.greet()
        client.say(id=2, method="big", params={"bytes": 8_000_000})
        for number in range(100):
            client.say(id=100 + number, method="echo", params={"pad": "y" * 1000})
        time.sleep(0.3)
        assert len(client.hear()["result"]) == 8_000_000
        assert [client.hear()["id"] for _ in range(100)] == list(range(100, 200))
        assert eventually(lambda: memory_bytes(client.process.pid)["private"] < 15_000_000)
