"""Where a relative path of the index leads: from the working folder on a command line, from the project in a setting."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lepasserelle import LeIndex
from lepasserelle.faces.mcp import entry
from lepasserelle.project import from_working_folder


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A project, and a working folder beside it, which is where this process is."""
    project, here = tmp_path / "project", tmp_path / "here"
    project.mkdir()
    here.mkdir()
    (project / "one.py").write_text("def answer():\n    return 42\n", encoding="utf-8")
    monkeypatch.chdir(here)
    return project, here


def run(*words: str, **environment: str) -> dict[str, object]:
    """The document of a command that runs in the working folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEINDEX_")}
    command = [sys.executable, "-m", "lepasserelle", *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**kept, **environment}, timeout=120)
    return json.loads(done.stdout)


def test_the_option_of_a_command_starts_at_the_working_folder(places: tuple[Path, Path]) -> None:
    """As every path on a command line does; what was made there is found there, by the quick way of `grep` too."""
    project, here = places
    run("index", str(project), "--index-dir", "kept")
    assert (here / "kept" / "manifest.json").is_file()
    assert not (project / "kept").exists()
    assert run("status", "-p", str(project), "--index-dir", "kept")["index"] == str(here / "kept")
    quick = subprocess.run(
        [sys.executable, "-m", "lepasserelle", "grep", "answer", "-p", str(project), "--index-dir=kept"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "one.py" in quick.stdout
    assert not (project / ".leindex").exists()


def test_the_setting_starts_at_the_project_wherever_it_is_set(places: tuple[Path, Path]) -> None:
    """In the environment and as an argument, so that it means one folder whoever reads it."""
    project, here = places
    assert run("status", "-p", str(project), LEINDEX_INDEX_DIR="kept")["index"] == str(project / "kept")
    with LeIndex(project, index_dir="kept") as leindex:
        assert leindex.folder == project / "kept"
    (project / ".leindex.toml").write_text('index_dir = "elsewhere"\n', encoding="utf-8")
    assert run("status", "-p", str(project))["index"] == str(project / "elsewhere")
    assert run("status", "-p", str(project), "--index-dir", "kept")["index"] == str(here / "kept")


def test_a_server_for_agents_takes_the_option_as_a_command_does(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is handed on in full, since the shared server may run in another folder."""
    project, here = places
    asked: list[str] = []
    monkeypatch.setattr("lepasserelle.faces.mcp.relay.run", lambda *_: None)
    monkeypatch.setattr("lepasserelle.faces.mcp.starting.server_command", lambda _, index_dir: asked.append(index_dir))
    entry.serve(entry.Asked(str(project), "kept"), lambda: None)
    assert asked == [str(here / "kept")]


def test_what_is_no_relative_path_stays_as_it_is(places: tuple[Path, Path]) -> None:
    """None means the default, `~` is the home folder wherever one is."""
    assert [from_working_folder(path) for path in (None, "~/x", "/x")] == [None, "~/x", "/x"]
    assert from_working_folder("x/y") == str(places[1] / "x" / "y")
