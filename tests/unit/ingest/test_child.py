"""Starting a child: it imports this same package, from wherever its parent got it, and nothing of the user's stands in its way."""

import os
import site
import subprocess
import sys
import time
from pathlib import Path

import pytest

import lepasserelle
from lepasserelle.config import Settings
from lepasserelle.ingest import child as child_module
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import BuildJob, Built, Ready, Start
from lepasserelle.interpreter import PARENT_VARIABLE, worker_command, worker_environment
from lepasserelle.storage import Lestockage

ROOT = str(Path(lepasserelle.__file__).resolve().parents[1])


def test_a_child_gets_the_path_of_a_package_that_python_does_not_find_by_itself() -> None:
    """A source tree on `sys.path` is named first; what the user had set stays behind it."""
    environment = worker_environment({"PYTHONPATH": "/theirs", "HOME": "/home"})
    assert environment["PYTHONPATH"].split(os.pathsep) == [ROOT, "/theirs"]
    assert environment["HOME"] == "/home"
    assert environment[PARENT_VARIABLE] == str(os.getpid())


def test_an_installed_package_puts_nothing_before_the_standard_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """`site-packages` in `PYTHONPATH` would let a backport there stand in for the real module."""
    monkeypatch.setattr(site, "getsitepackages", lambda: [ROOT])
    assert "PYTHONPATH" not in worker_environment({})
    assert worker_environment({"PYTHONPATH": "/theirs"})["PYTHONPATH"] == "/theirs"


def test_what_makes_an_interpreter_wait_or_talk_is_not_passed_on() -> None:
    """`PYTHONINSPECT` would keep a child alive after its work."""
    given = {"PYTHONINSPECT": "1", "PYTHONSTARTUP": "x.py", "PYTHONVERBOSE": "1", "PYTHONPROFILEIMPORTTIME": "1"}
    assert given.keys().isdisjoint(worker_environment(given))
    assert worker_environment({})["OMP_NUM_THREADS"] == "1"


def test_an_embedding_program_without_interpreter_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """`sys.executable` may be empty."""
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(lepasserelle.WorkerError, match=r"sys\.executable"):
        worker_command()


def test_a_real_child_leaves_at_the_end_of_input() -> None:
    """No job, no Start: it ends by itself, with status 0 and no words."""
    with Child() as child:
        child.end_input()
        assert child.receive() is None
        assert child.how_it_ended() == "exit status 0"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_child_whose_parent_is_gone_already_does_not_stay() -> None:
    """It compares its parent with the one that it was told of."""
    environment = {**worker_environment(), PARENT_VARIABLE: "1"}
    done = subprocess.run(worker_command(), env=environment, stdin=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 0


def test_importing_a_child_s_side_loads_no_parser_and_no_search_engine() -> None:
    """A parent that only orchestrates, and a child before its first job, pay for neither tree-sitter nor usearch."""
    code = (
        "import sys, lepasserelle.ingest.worker, lepasserelle.ingest.ingest;"
        "print([name for name in ('tree_sitter', 'usearch', 'rich', 'click') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=worker_environment())
    assert done.stdout.strip() == "[]"


def test_closing_a_child_that_does_not_listen_kills_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait for it is bounded."""
    monkeypatch.setattr(child_module, "_CLOSE_S", 0.2)
    started = time.monotonic()
    child = Child([sys.executable, "-c", "import time; time.sleep(600)"])
    child.close()
    assert child.how_it_ended() == "signal 9"
    assert time.monotonic() - started < 30


def test_a_builder_leaves_with_its_answer(tmp_path: Path) -> None:
    """What it took must not stand beside what the slower builder still takes; nobody has to end its input."""
    project, index = tmp_path / "project", tmp_path / "index"
    project.mkdir()
    index.mkdir()
    Lestockage.open(index).close()
    with Child() as child:
        child.send(Start(str(project), str(index), Settings(), parses=False))
        child.send(BuildJob(1, ["text"]))
        assert isinstance(child.receive(), Ready)
        assert isinstance(child.receive(), Built)
        assert child.receive() is None
        assert child.how_it_ended() == "exit status 0"
