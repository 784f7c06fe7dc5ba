"""The control socket among broken, hostile and dead processes."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lepasserelle.errors import BudgetExceededError
from lepasserelle.faces.control import client
from lepasserelle.faces.control import server as server_module
from lepasserelle.faces.control.client import RefusedError, ask, sweep, sweep_dead
from lepasserelle.faces.control.frames import ControlError
from lepasserelle.faces.control.messages import Document, Hello, Request, Spill, Statistics, Warm, pack
from lepasserelle.faces.control.places import Place, name_of
from lepasserelle.faces.control.server import ControlServer
from lepasserelle.meeting.places import private_folder
from lepasserelle.meeting.sockets import connect

KEY = "0123456789abcdef"


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder of this test's own, with a short path, as sockets need it."""
    with tempfile.TemporaryDirectory(prefix="lc", dir="/tmp") as temporary:
        monkeypatch.setenv("XDG_RUNTIME_DIR", temporary)
        yield private_folder()


def echo(request: Request) -> Document:
    """Says what it was asked."""
    return {"pid": os.getpid(), "asked": type(request).__name__}


@pytest.fixture
def server() -> Iterator[ControlServer]:
    """One that answers."""
    started = ControlServer(KEY, echo)
    yield started
    started.close()


def place(server: ControlServer) -> Place:
    """Where it is found."""
    found = [one for one in sweep(KEY) if one.path == server.path]
    assert len(found) == 1
    return found[0]


def raw(server: ControlServer) -> socket.socket:
    """A connection that speaks no protocol."""
    peer = connect(server.path)
    peer.settimeout(10)
    return peer


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it becomes true within ten seconds."""
    deadline_s = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return condition()


def test_a_request_is_answered_by_the_process_that_listens(server: ControlServer) -> None:
    """The reply carries what was done; the name carries the process."""
    assert ask(place(server), Statistics()) == {"pid": os.getpid(), "asked": "Statistics"}
    assert place(server).pid == os.getpid()
    assert server.path.stat().st_mode & 0o777 == 0o600


def test_closing_takes_the_name_away_and_ends_the_threads() -> None:
    """Closing again does nothing."""
    server = ControlServer(KEY, echo)
    server.close()
    server.close()
    assert not server.is_open
    assert sweep(KEY) == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("leindex-control")]


def test_an_error_of_the_work_is_told_with_its_words() -> None:
    """And the server goes on."""

    def act(request: Request) -> Document:
        if isinstance(request, Spill):
            raise BudgetExceededError("reload", 5, 10, "memory_limit_bytes", {})
        raise OSError(28, "No space left on device")

    server = ControlServer(KEY, act)
    try:
        with pytest.raises(RefusedError, match=r"reload asked for 5 bytes"):
            ask(place(server), Spill())
        with pytest.raises(RefusedError, match=r"No space left"):
            ask(place(server), Warm())
        assert server.is_open
    finally:
        server.close()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"\xff\xff\xff\xff", b"4294967295 bytes is announced"),
        (b"\x05\x00\x00\x00junk!", b"no request"),
        (b"\x00\x00\x00\x00", b"no request"),
        (b"GET / HTTP/1.1\r\n\r\n", b"is announced"),
    ],
)
def test_nonsense_gets_a_reason_and_harms_nobody(server: ControlServer, sent: bytes, told: bytes) -> None:
    """A huge frame, noise, an empty frame, a browser."""
    with raw(server) as peer:
        peer.sendall(sent)
        answer = b""
        while piece := peer.recv(4096):
            answer += piece
    assert told in answer
    assert ask(place(server), Statistics())["pid"] == os.getpid()


def test_half_frames_do_not_keep_the_others_waiting(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """More slow peers than are served at once: each is let go of after its time, and an honest one comes through."""
    monkeypatch.setattr(server_module, "REQUEST_S", 0.2)
    peers = [raw(server) for _ in range(server_module.MOST_AT_ONCE + 3)]
    for peer in peers:
        peer.sendall(b"\x10\x00\x00\x00half")
    assert ask(place(server), Statistics(), timeout_s=20)["asked"] == "Statistics"
    for peer in peers:
        peer.close()
    assert eventually(lambda: not server._serving)


def test_who_connects_and_says_nothing_keeps_nobody_out(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """More idle connections than there may be, and than the system queues: the oldest go, and whoever asks is answered."""
    monkeypatch.setattr(server_module, "REQUEST_S", 600.0)
    idle: list[socket.socket] = []
    try:
        for _ in range(2 * server_module.MOST_WAITING + 2):
            idle.append(raw(server))
            if len(idle) in (66, 130):
                assert ask(place(server), Spill(), timeout_s=30)["asked"] == "Spill"
        assert b"too many others" in idle[0].recv(4096)
        idle[-1].setblocking(False)
        with pytest.raises(BlockingIOError):
            idle[-1].recv(1)
        assert eventually(lambda: not server._serving)
    finally:
        for peer in idle:
            peer.close()


def test_an_idle_connection_is_let_go_of_after_its_time(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told why, also when it sent a part; nothing needs to happen meanwhile for it."""
    monkeypatch.setattr(server_module, "REQUEST_S", 0.2)
    for sent in (b"", b"\x10\x00", b"\x10\x00\x00\x00half"):
        with raw(server) as peer:
            peer.sendall(sent)
            assert b"did not come in time" in peer.recv(4096)
            assert peer.recv(1) == b""


def test_a_request_that_comes_byte_by_byte_is_answered(server: ControlServer) -> None:
    """What has come is kept until the rest has."""
    payload = pack(Statistics())
    with raw(server) as peer:
        for byte in len(payload).to_bytes(4, "little") + payload:
            peer.sendall(bytes([byte]))
            time.sleep(0.001)
        assert b"asked" in peer.recv(4096)


def test_whoever_asks_while_all_places_are_taken_is_told_that_somebody_is_there() -> None:
    """More requests than are worked on at once, all of which last: each gets its turn, and a greeting is answered before."""
    go_on, working, told = threading.Event(), threading.Semaphore(0), []

    def act(request: Request) -> Document:
        working.release()
        go_on.wait(60)
        return {"done": True}

    server = ControlServer(KEY, act)
    try:
        found = place(server)
        count = 3 * server_module.MOST_AT_ONCE
        threads = [threading.Thread(target=lambda: told.append(ask(found, Spill()))) for _ in range(count)]
        for thread in threads:
            thread.start()
        for _ in range(server_module.MOST_AT_ONCE):
            assert working.acquire(timeout=60)
        assert eventually(lambda: len(server._queue) == count - server_module.MOST_AT_ONCE)
        assert len(server._serving) == server_module.MOST_AT_ONCE
        with raw(server) as peer:
            payload = pack(Hello())
            peer.sendall(len(payload).to_bytes(4, "little") + payload)
            assert b"done" in peer.recv(4096)
        go_on.set()
        for thread in threads:
            thread.join(60)
        assert told == [{"done": True}] * count
    finally:
        go_on.set()
        server.close()


def test_work_that_fails_by_a_mistake_of_ours_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection ends; the place is free again, and the next one's turn comes."""
    monkeypatch.setattr(server_module, "MOST_AT_ONCE", 1)
    mistakes: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: mistakes.append(told.exc_type))
    go_on = threading.Event()

    def act(request: Request) -> Document:
        go_on.wait(60)
        if isinstance(request, Spill):
            raise ZeroDivisionError
        return {"done": True}

    server = ControlServer(KEY, act)
    try:
        with raw(server) as mistaken, raw(server) as queued:
            for peer, request in ((mistaken, Spill()), (queued, Statistics())):
                payload = pack(request)
                peer.sendall(len(payload).to_bytes(4, "little") + payload)
                assert eventually(lambda: len(server._serving) == 1)
            assert eventually(lambda: len(server._queue) == 1)
            go_on.set()
            assert mistaken.recv(4096) == b""
            assert b"done" in queued.recv(4096)
            assert eventually(lambda: mistakes == [ZeroDivisionError]), (
                "it is told as any mistake of a thread, and by then within this test"
            )
    finally:
        go_on.set()
        server.close()


def test_a_server_goes_on_after_it_got_neither_thread_nor_memory(server: ControlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks meanwhile is refused; afterwards everybody is answered, and closing leaves nothing behind. It is told once."""
    start, refused = threading.Thread.start, []
    told: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda one: told.append(one.exc_type))

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "leindex-control-peer":
            refused.append(thread)
            raise RuntimeError("can't start new thread")
        start(thread)

    def no_memory(*_: object) -> bytes:
        refused.append(threading.current_thread())
        raise MemoryError

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(RefusedError, match="ask again later"):
        ask(place(server), Statistics())
    monkeypatch.setattr(threading.Thread, "start", start)
    with monkeypatch.context() as patch:
        patch.setattr(server_module.Arrivals, "admit", no_memory)
        before = len(refused)
        with raw(server):
            assert eventually(lambda: len(refused) > before)
        with raw(server):
            assert eventually(lambda: len(refused) > before + 1)
    assert told == [MemoryError]
    assert ask(place(server), Statistics())["asked"] == "Statistics"
    server.close()
    assert eventually(lambda: not server._thread.is_alive())


def test_requests_beyond_those_that_may_wait_are_refused_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than kept without bound."""
    monkeypatch.setattr(server_module, "MOST_WAITING", 2)
    monkeypatch.setattr(server_module, "MOST_AT_ONCE", 1)
    go_on = threading.Event()
    server = ControlServer(KEY, lambda _: {"waited": go_on.wait(60)})
    payload = pack(Statistics())
    peers = []
    try:
        for number in range(4):
            peers.append(raw(server))
            peers[-1].sendall(len(payload).to_bytes(4, "little") + payload)
            if number < 3:
                assert eventually(lambda: len(server._serving) + len(server._queue) == len(peers))
        assert b"more to do than it can" in peers[-1].recv(4096)
        go_on.set()
        assert all(b"waited" in peer.recv(4096) for peer in peers[:3])
    finally:
        go_on.set()
        server.close()
        for peer in peers:
            peer.close()


def test_peers_that_hang_up_at_once_are_forgotten(server: ControlServer) -> None:
    """A hundred knocks leave no thread and no descriptor behind."""
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
    for _ in range(100):
        raw(server).close()
    assert ask(place(server), Statistics())["asked"] == "Statistics"
    assert eventually(lambda: not server._serving)
    if before:
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


def test_a_reply_that_is_too_large_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who asked is told, instead of being fed without end."""
    server = ControlServer(KEY, lambda _: {"text": "x" * (5 * 1024 * 1024)})
    try:
        with pytest.raises(RefusedError, match="too large"):
            ask(place(server), Statistics())
    finally:
        server.close()


def test_a_stale_socket_is_swept_and_a_living_one_stays(server: ControlServer, runtime: Path) -> None:
    """A process that was killed leaves its name; the next look removes it."""
    code = f"""
        import os, sys, time
        from lepasserelle.faces.control.server import ControlServer
        server = ControlServer({KEY!r}, lambda request: {{}})
        print(os.getpid(), flush=True)
        time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        pid = int(child.stdout.readline())
        assert {one.pid for one in sweep(KEY)} == {pid, os.getpid()}
        child.kill()
    assert len(list(runtime.iterdir())) == 2
    assert [one.pid for one in sweep(KEY)] == [os.getpid()]
    assert list(runtime.iterdir()) == [server.path]


def test_a_name_without_a_socket_behind_it_is_swept(runtime: Path) -> None:
    """So is a plain file, which refuses connections too."""
    (runtime / name_of(KEY, 1, 0)).touch()
    assert sweep(KEY) == []
    assert list(runtime.iterdir()) == []


def test_a_stopped_process_is_not_swept_and_not_waited_for(runtime: Path) -> None:
    """It listens still; who asks it is told after the time given."""
    code = f"""
        import os, time
        from lepasserelle.faces.control.server import ControlServer
        server = ControlServer({KEY!r}, lambda request: {{}})
        print("ready", flush=True)
        time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        os.kill(child.pid, signal.SIGSTOP)
        try:
            (found,) = sweep(KEY)
            with pytest.raises(ControlError, match=f"process {child.pid} does not answer"):
                ask(found, Statistics(), timeout_s=0.3)
        finally:
            child.kill()


def test_one_that_works_is_awake_and_one_that_is_mute_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work may take as long as it does; who does not even say that it is there is given up before the work is asked for."""
    go_on, asked = threading.Event(), []

    def act(request: Request) -> Document:
        asked.append(request)
        go_on.wait(60)
        return {"done": True}

    server = ControlServer(KEY, act)
    try:
        found, told = place(server), []
        thread = threading.Thread(target=lambda: told.append(ask(found, Spill())))
        thread.start()
        assert eventually(lambda: asked == [Spill()])
        assert thread.is_alive()
        go_on.set()
        thread.join(60)
        assert told == [{"done": True}]
    finally:
        go_on.set()
        server.close()
    monkeypatch.setattr(client, "AWAKE_S", 0.3)
    mute = ControlServer(KEY, act)
    monkeypatch.setattr(mute, "_reply", lambda payload: go_on.wait(60) and None)
    go_on.clear()
    try:
        with pytest.raises(ControlError, match=r"does not answer.*Is it stopped"):
            ask(place(mute), Spill())
        assert asked == [Spill()]
    finally:
        go_on.set()
        mute.close()


def test_a_process_that_ends_meanwhile_is_an_error(server: ControlServer) -> None:
    """Between finding and asking it may be gone."""
    found = place(server)
    server.close()
    with pytest.raises(ControlError, match="cannot be reached"):
        ask(found, Statistics())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_foreign_user_is_not_answered(server: ControlServer, runtime: Path) -> None:
    """Even when the folder and the socket are opened to all by mistake: the system says who connects."""
    code = """
        import os, socket, sys
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.settimeout(10)
        try:
            peer.connect(sys.argv[1])
        except PermissionError:
            print("no entry"); raise SystemExit
        try:
            peer.sendall(bytes.fromhex(sys.argv[2]))
            print("answered" if peer.recv(100) else "not answered")
        except (BrokenPipeError, ConnectionResetError):
            print("not answered")
    """
    payload = pack(Statistics())
    command = [sys.executable, "-c", textwrap.dedent(code), str(server.path), (len(payload).to_bytes(4, "little") + payload).hex()]

    def told() -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout.strip()

    assert told() == "no entry"
    opened = [runtime, *runtime.parents][:-2]
    modes = [folder.stat().st_mode for folder in opened]
    try:
        for folder in opened:
            folder.chmod(0o777)
        server.path.chmod(0o777)
        assert told() == "not answered"
    finally:
        for folder, mode in zip(opened, modes, strict=True):
            folder.chmod(mode)
    assert ask(place(server), Statistics())["pid"] == os.getpid()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_socket_of_a_foreign_user_is_not_asked(runtime: Path) -> None:
    """Somebody who got a name into our folder would be told nothing."""
    code = """
        import os, socket, sys
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(sys.argv[1])
        os.setuid(65534)
        listener.listen(1)
        print("ready", flush=True)
        peer, _ = listener.accept()
        print(len(peer.recv(10)), flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(runtime / name_of(KEY, 7, 0))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(ControlError, match="another user"):
            ask(Place(7, 0, runtime / name_of(KEY, 7, 0)), Statistics())
        assert child.stdout.readline() == "0\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("default::DeprecationWarning")
def test_a_forked_child_answers_for_itself_and_leaves_the_parent_alone(server: ControlServer) -> None:
    """Two processes, two names; the child's end takes only its own."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    stop_end, stop = multiprocessing.Pipe(duplex=False)
    pid = os.fork()
    if not pid:
        try:
            sender.send(str(server.path))
            stop_end.poll(30)
            server.close()
        finally:
            os._exit(0)
    assert f"-{pid}-" in receiver.recv()
    assert sorted(ask(one, Statistics())["pid"] for one in sweep(KEY)) == sorted([os.getpid(), pid])
    stop.send("now")
    os.waitpid(pid, 0)
    assert [one.pid for one in sweep(KEY)] == [os.getpid()]
    assert ask(place(server), Statistics())["pid"] == os.getpid()


def test_two_indexes_in_one_process_have_two_sockets(server: ControlServer) -> None:
    """Each is told from the other, and closing one leaves the other."""
    second = ControlServer(KEY, lambda _: {"second": True})
    assert len(sweep(KEY)) == 2
    assert ask(place(second), Statistics()) == {"second": True}
    second.close()
    assert ask(place(server), Statistics())["asked"] == "Statistics"


def test_sockets_of_other_indexes_go_when_their_process_is_dead_and_nobody_listens(runtime: Path) -> None:
    """One that is dead by its number but listened to, as from another namespace, stays; so does one whose process lives."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    other = "fedcba9876543210"
    dead, heard, lives = (runtime / name_of(other, pid, serial) for pid, serial in ((gone.pid, 1), (gone.pid, 2), (os.getpid(), 3)))
    with socket.socket(socket.AF_UNIX) as left, socket.socket(socket.AF_UNIX) as listens, socket.socket(socket.AF_UNIX) as own:
        left.bind(str(dead))
        listens.bind(str(heard))
        listens.listen()
        own.bind(str(lives))
        sweep_dead()
    assert (dead.exists(), heard.exists(), lives.exists()) == (False, True, True)
