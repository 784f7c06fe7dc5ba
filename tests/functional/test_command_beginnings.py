"""What befalls a command before it runs: an interrupt while it loads, closed descriptors, a folder whose name is no Unicode."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "lepasserelle"]

START = "from lepasserelle.__main__ import main; main()"
INTERRUPTED_WHILE_LOADING = """
import builtins, os, signal, sys
real = builtins.__import__
def interrupted(name, *args, **kwargs):
    if name == "lepasserelle.leindex":
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *args, **kwargs)
builtins.__import__ = interrupted
sys.argv = ["leindex", "index", sys.argv[1]]
from lepasserelle.__main__ import main
main()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One file."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "cart.py").write_text("def total(items):\n    return sum(items)\n")
    return tmp_path / "shop"


def test_an_interrupt_while_the_program_loads_is_one_line(project: Path) -> None:
    """Raised inside an import it would be printed with all its frames, wrapped into another error, or lost."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_LOADING, str(project)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "leindex: interrupted\n")
    assert not (project / ".leindex").exists()


def test_an_interrupt_that_is_ignored_stays_ignored(project: Path) -> None:
    """As of a command in the background of a script."""
    ignoring = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n{INTERRUPTED_WHILE_LOADING}"
    done = subprocess.run([sys.executable, "-c", ignoring, str(project)], capture_output=True, text=True, check=True)
    assert "1 file," in done.stdout


def test_an_interrupt_of_a_running_command_is_told_as_before(project: Path) -> None:
    """It is an exception again, so that what runs can end in order."""
    code = (
        "import os, signal, sys; from lepasserelle.leindex import LeIndex\n"
        "LeIndex.index_project = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)\n"
        "from lepasserelle.__main__ import main; sys.argv = ['leindex', 'index', sys.argv[1]]; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(project)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, "leindex: interrupted; a complete index from before is as it was")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_descriptors_harm_nothing(project: Path, closed: str) -> None:
    """The index is made; nothing that is said lands in a file of it."""
    shell = subprocess.run(["/bin/sh", "-c", f'"$@" {closed}', "sh", *COMMAND, "index", str(project)], check=False)
    assert shell.returncode == 0
    found = subprocess.run(
        [*COMMAND, "symbol", "total", "--project", str(project), "--json"], capture_output=True, text=True, check=True
    )
    assert "cart.total" in found.stdout


def test_a_project_whose_name_is_no_unicode_is_indexed_and_asked(tmp_path: Path) -> None:
    """By the command, which writes the byte as paths have it, and from within."""
    folder = os.fsencode(tmp_path) + b"/few\xff"
    try:
        os.mkdir(folder)  # noqa: PTH102 - a path in bytes
    except OSError:
        pytest.skip("this file system wants Unicode")
    with open(folder + b"/cart.py", "w") as file:  # noqa: PTH123 - a path in bytes
        file.write("def total(items):\n    return sum(items)\n")
    command: list[str | bytes] = [*COMMAND]
    assert subprocess.run([*command, "index", folder], check=False, capture_output=True).returncode == 0
    for asked in (["status", "--json"], ["search", "total of items", "--json"], ["memory", "--json"]):
        done = subprocess.run([*command, *asked, "--project", folder], capture_output=True, check=True)
        document = json.loads(done.stdout)
        assert document["schema_version"] == 1
        if asked[0] == "status":
            assert document["project"].endswith("few\\xff")
    found = subprocess.run([*command, "symbol", "total"], cwd=folder, capture_output=True, text=True, check=True)
    assert "cart.py:1" in found.stdout


def test_a_child_that_is_killed_before_it_is_ready_is_replaced(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From outside, by whoever had too little memory: the run goes on, and gives up when it happens again and again."""
    from lepasserelle import Settings, WorkerError
    from lepasserelle.ingest import Ingest
    from lepasserelle.ingest.child import Child
    from lepasserelle.ingest.pool import MOST_STILLBORN

    killed: list[int] = []

    def spawn() -> Child:
        child = Child()
        if len(killed) < limit:
            killed.append(child.pid)
            os.kill(child.pid, signal.SIGKILL)
        return child

    limit = MOST_STILLBORN - 1
    assert Ingest(project, Settings(), spawn).index().files == 1
    assert len(killed) == limit
    killed.clear()
    limit = 99
    (project / "other.py").write_text("x = 1\n")
    with pytest.raises(WorkerError, match="could not start"):
        Ingest(project, Settings(), spawn).index()
    assert len(killed) >= MOST_STILLBORN


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a folder with somebody in it cannot be removed")
@pytest.mark.parametrize("words", [("index",), ("grep", "x"), ("status",), ("mcp",), ("index", "/", "--index-dir", "here")])
def test_a_working_folder_that_is_gone_is_told_by_its_name(tmp_path: Path, words: tuple[str, ...]) -> None:
    """It was told as an answer that cannot be written, or by a traceback."""
    gone = (
        "import os, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone'); "
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", gone, *COMMAND[1:], *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.removeprefix("leindex mcp: ").removeprefix("leindex: ")) == (
        1,
        "the working folder is not there any more. Change to one that is, and try again\n",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of this kind")
@pytest.mark.parametrize("most", [*range(4, 13), 18, 20, 24])
def test_with_few_descriptors_there_is_one_line_and_no_traceback(project: Path, most: int) -> None:
    """Who samples memory beside it has nothing to say of that, and who starts children, or opens a database, says what to do."""
    code = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({most}, {most}))\n{START}"
    done = subprocess.run([sys.executable, "-c", code, "index", str(project)], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or "ulimit -n" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted in /proc")
def test_a_command_has_one_thread_for_linear_algebra_unless_more_are_asked_for(project: Path) -> None:
    """A second one waits for work that is never enough for two, and takes memory and time."""
    subprocess.run([*COMMAND, "index", str(project)], check=True, capture_output=True)
    code = (
        "import os, sys, threading; end = os._exit\n"
        "def leave(status):\n"
        "    others = len(os.listdir('/proc/self/task')) - threading.active_count()\n"
        "    print('threads', others, 'numpy' in sys.modules); sys.stdout.flush(); end(status)\n"
        "os._exit = leave; sys.argv = ['leindex', 'callers', 'sum', '--project', sys.argv[1]]\n" + START
    )
    told = []
    for asked in ({}, {"OPENBLAS_NUM_THREADS": "2"}):
        environ = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")} | asked
        done = subprocess.run([sys.executable, "-c", code, str(project)], env=environ, capture_output=True, text=True, check=True)
        told.append(done.stdout.splitlines()[-1].split())
    assert [line[2] for line in told] == ["True", "True"]
    assert (int(told[0][1]), int(told[1][1])) == (0, min(2, os.cpu_count() or 1) - 1)
