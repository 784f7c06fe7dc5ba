"""`leindex cache` and `leindex memory` against processes that really run, and without any."""

import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lepasserelle import ConfigError, LeIndex
from lepasserelle.command_line import leave_for
from lepasserelle.leindex import control as leindex_control

HOLDER = """
import sys
from lepasserelle import LeIndex, MemoryConfig
with LeIndex(sys.argv[1], MemoryConfig(auto_spill=False), control=True) as leindex:
    leindex.search("turn the wheel")
    print("ready", flush=True)
    for line in sys.stdin:
        hits = leindex.search(line.strip())
        print(hits[0].symbol, flush=True)
"""


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """The environment of every process here: a runtime folder of its own, with a short path, as sockets need it."""
    with tempfile.TemporaryDirectory(prefix="lc", dir="/tmp") as runtime:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEINDEX_")}
        yield {**kept, "XDG_RUNTIME_DIR": runtime, "COLUMNS": "100"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small indexed project."""
    root = tmp_path_factory.mktemp("wheels")
    for number in range(12):
        text = f'''
        class Wheel{number}:
            """Wheel number {number} of the machine."""

            def turn{number}(self, speed):
                """Turn the wheel at a speed."""
                return speed * {number}
        '''
        (root / f"wheel{number}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    with LeIndex(root) as leindex:
        leindex.index_project()
    return root


@pytest.fixture
def run(project: Path, environment: dict[str, str]) -> "Runner":
    """The command, on this project."""
    return Runner(project, environment)


class Runner:
    """Runs `leindex` in a process of its own."""

    def __init__(self, project: Path, environment: dict[str, str]) -> None:
        self.project = project
        self.environment = environment

    def __call__(self, *words: str, expected: int = 0) -> subprocess.CompletedProcess[str]:
        """What it printed."""
        command = [sys.executable, "-m", "lepasserelle", *words, "--project", str(self.project)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self.environment, timeout=60)
        assert done.returncode == expected, done.stderr
        return done

    def document(self, *words: str, expected: int = 0) -> dict[str, object]:
        """Its JSON document."""
        found = json.loads(self(*words, "--json", expected=expected).stdout)
        assert found["schema_version"] == 1
        return found

    @contextmanager
    def holder(self) -> Iterator[subprocess.Popen[str]]:
        """A running process that has the index open and its caches in memory."""
        command = [sys.executable, "-c", HOLDER, str(self.project)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
            process.stdin.close()


def states(answer: dict[str, object]) -> dict[str, str]:
    """State by cache."""
    return {figures["name"]: figures["state"] for figures in answer["caches"]["caches"]}


def test_a_running_process_is_asked_and_steered(run: Runner) -> None:
    """Statistics, spill, reload and warm reach it, and it answers the same as before."""
    with run.holder() as process:
        (before,) = run.document("cache", "stats")["processes"]
        assert before["pid"] == process.pid
        assert states(before) == {"pdg": "hot", "vectors": "hot", "analysis": states(before)["analysis"]}

        (spilled,) = run.document("cache", "spill")["processes"]
        reports = {report["name"]: report for report in spilled["spilled"]}
        assert reports["pdg"]["outcome"] == reports["vectors"]["outcome"] == "spilled"
        assert reports["pdg"]["given_back_bytes"] > 0
        (after,) = run.document("cache", "stats")["processes"]
        assert {states(after)["pdg"], states(after)["vectors"]} == {"warm"}
        assert after["caches"]["spilled_bytes"] > 0
        assert [event["kind"] for event in after["events"]][-2:] == ["spill", "spill"]

        (again,) = run.document("cache", "reload", "pdg")["processes"]
        assert again["reloaded"] == [
            {"name": "pdg", "was_away": True, "elapsed_ms": again["reloaded"][0]["elapsed_ms"], "notes": []}
        ]
        assert states(run.document("cache", "stats")["processes"][0])["vectors"] == "warm"
        (warmed,) = run.document("cache", "warm", "search_index_only")["processes"]
        assert [(one["name"], one["outcome"]) for one in warmed["warmed"]["caches"]] == [("vectors", "loaded")]
        assert states(run.document("cache", "stats")["processes"][0])["vectors"] == "hot"

        run("cache", "spill")
        process.stdin.write("Wheel7.turn7\n")
        process.stdin.flush()
        assert process.stdout.readline() == "wheel7.Wheel7.turn7\n"


def test_one_of_several_processes_must_be_chosen(run: Runner) -> None:
    """By number or all; a number that does not run is told, with those that do."""
    with ExitStack() as stack:
        processes = [stack.enter_context(run.holder()) for _ in range(2)]
        numbers = sorted(process.pid for process in processes)
        refused = run("cache", "spill", expected=2)
        assert all(str(number) in refused.stderr for number in numbers)
        assert "--pid" in refused.stderr

        run("cache", "spill", "vectors", "--pid", str(numbers[0]))
        told = run.document("memory", "--all")["processes"]
        assert [(answer["pid"], states(answer)["vectors"]) for answer in told] == [(numbers[0], "warm"), (numbers[1], "hot")]

        assert str(numbers[1]) in run("cache", "stats", "--pid", "1", expected=1).stderr
        assert "exclude each other" in run("cache", "stats", "--pid", "1", "--all", expected=2).stderr


def test_one_that_does_not_answer_does_not_hide_the_others(run: Runner) -> None:
    """The others are told, and the exit status says that something is missing."""
    with run.holder() as one, run.holder() as other:
        sockets = [path for path in Path(run.environment["XDG_RUNTIME_DIR"], "leindex").iterdir() if f"-{one.pid}-" in path.name]
        assert len(sockets) == 1
        code = f"""
            import os, socket
            os.unlink({str(sockets[0])!r})
            listener = socket.socket(socket.AF_UNIX)
            listener.bind({str(sockets[0])!r})
            listener.listen()
            print("ready", flush=True)
            while True:
                listener.accept()[0].close()
        """
        with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as mute:
            assert mute.stdout is not None
            mute.stdout.readline()
            try:
                told = {answer["pid"]: answer for answer in run.document("cache", "stats", "--all", expected=1)["processes"]}
            finally:
                mute.kill()
        assert "error" in told[one.pid]
        assert states(told[other.pid])["pdg"] == "hot"


@pytest.mark.parametrize("words", [("cache", "spill"), ("memory", "--once")])
def test_a_stopped_process_is_given_up_and_named_and_the_others_are_told(run: Runner, words: tuple[str, ...]) -> None:
    """Long before work would be; meanwhile it is said who is waited for, and the exit status says that something is missing."""
    with run.holder() as one, run.holder() as other, run.holder() as third:
        stopped = (one, third)
        for process in stopped:
            os.kill(process.pid, signal.SIGSTOP)
        try:
            done = run(*words, "--all", "--json", expected=1)
        finally:
            for process in stopped:
                os.kill(process.pid, signal.SIGCONT)
        told = {answer["pid"]: answer for answer in json.loads(done.stdout)["processes"]}
        assert "error" not in told[other.pid]
        for process in stopped:
            assert f"process {process.pid} does not answer" in told[process.pid]["error"]
        assert f"waiting for process {', '.join(str(number) for number in sorted((one.pid, third.pid)))}" in done.stderr


def test_a_word_in_capitals_is_the_word(run: Runner) -> None:
    """As the members of `WarmStrategy` are written in Python."""
    with run.holder():
        (answer,) = run.document("cache", "warm", "RECENT_FIRST")["processes"]
        assert answer["warmed"]["strategy"] == "recent_first"
        (answer,) = run.document("cache", "spill", "PDG")["processes"]
        assert [report["name"] for report in answer["spilled"]] == ["pdg"]


def test_without_a_running_process_a_command_says_that_it_is_alone(run: Runner) -> None:
    """It acts on its own process, and a dead process's socket does not mislead it."""
    with run.holder() as process:
        process.kill()
    done = run("cache", "stats")
    assert "no running leindex process" in done.stderr
    assert "pdg" in done.stdout
    document = run.document("cache", "warm", "pdg_only")
    assert "no running leindex process" in document["notes"][0]
    assert document["processes"][0]["pid"] != process.pid
    assert document["processes"][0]["warmed"]["caches"][0]["outcome"] == "loaded"
    assert not list(Path(run.environment["XDG_RUNTIME_DIR"], "leindex").iterdir())


def test_whoever_listens_next_sweeps_the_name_that_a_killed_process_left(run: Runner) -> None:
    """As `leindex index` does, which asks nobody."""
    with run.holder() as process:
        process.kill()
    folder = Path(run.environment["XDG_RUNTIME_DIR"], "leindex")
    assert list(folder.iterdir())
    with run.holder() as process:
        (name,) = folder.iterdir()
        assert f"-{process.pid}-" in name.name


def test_nothing_indexed_is_told(tmp_path: Path, environment: dict[str, str]) -> None:
    """There is nothing to bring back, nothing to check, and nothing fails but what was asked for in vain."""
    (tmp_path / "one.py").write_text("x = 1\n", encoding="utf-8")
    run = Runner(tmp_path, environment)
    assert "leindex index" in run("cache", "reload", expected=1).stderr
    assert "leindex index" in run("cache", "warm", expected=1).stderr
    assert run.document("cache", "verify")["segments"] == []
    (told,) = run.document("memory")["processes"]
    assert set(states(told).values()) <= {"absent", "hot"}
    assert told["caches"]["spilled_entries"] == 0


def test_memory_shows_limit_bound_usage_and_marks(run: Runner) -> None:
    """One snapshot in a pipe: text for a person, or JSON with figures in order."""
    with run.holder():
        text = run("memory").stdout
        for word in ("limit", "bound", "usage", "marks", "pdg", "vectors", "analysis", "reload"):
            assert word in text
        (told,) = run.document("memory")["processes"]
        memory = told["memory"]
        assert memory["low_bytes"] < memory["high_bytes"] < memory["hard_bytes"] < memory["limit_bytes"]
        assert 0 < memory["bound_bytes"] <= memory["usage_bytes"]
        assert set(memory["limits"][0]) >= {"name", "limit_bytes", "bound_bytes", "usage_bytes"}


def test_memory_watch_prints_a_line_a_look(run: Runner) -> None:
    """In a pipe with `--json`, until the reader goes."""
    command = [sys.executable, "-m", "lepasserelle", "memory", "--watch", "--json", "--interval", "0.1", "-p", str(run.project)]
    with (
        run.holder() as process,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=run.environment) as watching,
    ):
        assert watching.stdout is not None
        looks = [json.loads(watching.stdout.readline()) for _ in range(3)]
        watching.terminate()
    assert [look["processes"][0]["pid"] for look in looks] == [process.pid] * 3


def test_a_watch_that_is_interrupted_ends_well_and_says_nothing(run: Runner) -> None:
    """Ctrl-C is how it is meant to end: exit status 0, and no word of an index run."""
    command = [sys.executable, "-m", "lepasserelle", "memory", "--watch", "--json", "--interval", "0.1", "-p", str(run.project)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=run.environment) as watching:
        assert watching.stdout is not None
        assert json.loads(watching.stdout.readline())["processes"]
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=60)
    assert (watching.returncode, said) == (0, "")


def test_a_watch_says_a_note_once_and_a_document_holds_it_always(run: Runner) -> None:
    """Nobody wants to read with each look that no process runs."""
    command = [sys.executable, "-m", "lepasserelle", "memory", "--watch", "--interval", "0.1", "-p", str(run.project)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=run.environment) as watching:
        assert watching.stdout is not None
        looks = 0
        while looks < 3:
            looks += watching.stdout.readline().startswith("process ")
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=60)
    assert said.count("note: no running leindex process") == 1
    with subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True, env=run.environment) as watching:
        assert watching.stdout is not None
        assert all(json.loads(watching.stdout.readline())["notes"] for _ in range(2))
        watching.send_signal(signal.SIGINT)


def test_only_an_interrupted_index_run_speaks_of_the_index(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever else is interrupted had none to finish."""
    for word, told in (
        ("index", "leindex: interrupted; a complete index from before is as it was\n"),
        ("search", "leindex: interrupted\n"),
    ):
        monkeypatch.setattr(sys, "argv", ["leindex", word])
        with pytest.raises(SystemExit) as left:
            leave_for(KeyboardInterrupt())
        assert (left.value.code, capsys.readouterr().err) == (130, told)


def test_a_reload_says_what_it_mended(tmp_path: Path, environment: dict[str, str]) -> None:
    """A segment that is gone, of the graph or of the search index, is told with what became of it: as text and as JSON."""
    (tmp_path / "one.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    run = Runner(tmp_path, environment)
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
    for part, kind in (("pdg", "graph"), ("vectors", "vectors")):
        for is_json in (True, False):
            for segment in (tmp_path / ".leindex").rglob(f"*{kind}*.seg"):
                if segment.is_file():
                    segment.unlink()
            if is_json:
                told = run.document("cache", "reload", part)["processes"][0]["reloaded"][0]["notes"]
            else:
                lines = run("cache", "reload", part).stdout.splitlines()
                told = [line.removeprefix("  note: ") for line in lines if line.startswith("  note: ")]
            assert len(told) == 1, told
            assert told[0].startswith(f"the {kind} segment was missing and has been ")
        assert run.document("cache", "reload", part)["processes"][0]["reloaded"][0]["notes"] == []


def test_warming_says_what_it_mended(tmp_path: Path, environment: dict[str, str]) -> None:
    """It mends as a reload does."""
    (tmp_path / "one.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    run = Runner(tmp_path, environment)
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
    for segment in (tmp_path / ".leindex").rglob("*graph*.seg"):
        segment.unlink()
    (told,) = run.document("cache", "warm", "pdg_only")["processes"][0]["warmed"]["notes"]
    assert told.startswith("the graph segment was missing")
    for segment in (tmp_path / ".leindex").rglob("*graph*.seg"):
        segment.unlink()
    assert "  note: the graph segment was missing" in run("cache", "warm", "pdg_only").stdout


def test_memory_is_live_on_a_terminal(run: Runner) -> None:
    """It draws again and again, within the window, until it is interrupted, and then ends well."""
    command = [sys.executable, "-m", "lepasserelle", "memory", "--interval", "0.1", "-p", str(run.project)]
    with run.holder() as process:
        outer, inner = pty.openpty()
        watching = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env={**run.environment, "TERM": "xterm"})
        os.close(inner)
        seen = b""
        deadline_s = time.monotonic() + 30
        while seen.count(b"usage") < 3 and time.monotonic() < deadline_s:
            seen += os.read(outer, 65536)
        watching.send_signal(2)
        try:
            while os.read(outer, 65536):
                pass
        except OSError:  # the other end of a terminal that is gone
            pass
        os.close(outer)
        assert watching.wait(30) == 0
        assert f"process {process.pid}".encode() in seen
        assert b"vectors" in seen


def test_verify_finds_damage_and_the_next_question_mends_it(tmp_path: Path, environment: dict[str, str]) -> None:
    """A flipped byte in a segment: exit status 1, the segment named; a search answers, and all is whole again."""
    (tmp_path / "one.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    run = Runner(tmp_path, environment)
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
    assert run.document("cache", "verify")["is_whole"] is True
    (segment,) = (path for path in (tmp_path / ".leindex").rglob("*graph*.seg") if path.is_file())
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.chmod(0o600)
    segment.write_bytes(data)
    found = run.document("cache", "verify", expected=1)
    assert [one["kind"] for one in found["segments"] if one["problem"]] == ["graph"]
    assert "graph" in run("cache", "verify", expected=1).stdout
    assert "answer" in run("symbol", "answer").stdout
    assert run.document("cache", "verify")["is_whole"] is True
    assert run.document("cache", "clear")["freed_bytes"] >= 0


def test_indexing_can_be_watched(tmp_path: Path, environment: dict[str, str]) -> None:
    """`leindex index` answers while it works."""
    for number in range(400):
        (tmp_path / f"m{number}.py").write_text(f"def f{number}(x):\n    return x + {number}\n" * 40, encoding="utf-8")
    run = Runner(tmp_path, environment)
    command = [sys.executable, "-m", "lepasserelle", "index", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) as indexing:
        pids: set[int] = set()
        while indexing.poll() is None and indexing.pid not in pids:
            pids = {answer["pid"] for answer in run.document("memory")["processes"]}
        assert indexing.pid in pids
        assert indexing.wait(120) == 0


def test_control_needs_somebody_who_offers_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LeIndex knows no face: where the composition root was passed by, it says so."""
    monkeypatch.setattr(leindex_control, "_offered", [])
    with pytest.raises(ConfigError, match="from lepasserelle import LeIndex"):
        LeIndex(project, control=True)
