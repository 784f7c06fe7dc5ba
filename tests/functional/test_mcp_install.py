"""`leindex mcp install` as a person uses it: what it shows, what it writes, and what it refuses to touch."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from lepasserelle.command_line import leindex
from lepasserelle.errors import LeIndexError
from lepasserelle.faces.mcp.install.clients import CLIENTS

FILES = {
    "claude-code": ".mcp.json",
    "cursor": ".cursor/mcp.json",
    "vscode": ".vscode/mcp.json",
    "zed": ".zed/settings.json",
    "codex": ".codex/config.toml",
}
USER_FILES = {
    "cursor": ".cursor/mcp.json",
    "zed": ".config/zed/settings.json",
    "codex": ".codex/config.toml",
    "windsurf": ".codeium/windsurf/mcp_config.json",
}
KEYS = {"vscode": "servers", "zed": "context_servers", "codex": "mcp_servers"}

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the user's files lie elsewhere there")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder, with a project in it."""
    (tmp_path / "project").mkdir()
    return tmp_path


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def run(home: Path, *words: str) -> Done:
    """`leindex mcp install …` in the project, within this process: what is tried is what it does to files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home / "project")
        patch.setenv("HOME", str(home))
        for name in ("XDG_CONFIG_HOME", "CODEX_HOME"):
            patch.delenv(name, raising=False)
        done = CliRunner().invoke(leindex, ["mcp", "install", *words])
    if isinstance(done.exception, LeIndexError):
        return Done(1, done.stdout, f"leindex: {done.exception}\n")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def test_the_command_is_there(home: Path) -> None:
    """As a process, once."""
    command = [sys.executable, "-m", "lepasserelle", "mcp", "install", "claude-code", "--user"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home / "project")
    assert done.returncode == 1
    assert done.stderr.startswith("leindex: Claude Code's file for all projects is not changed")


def entry(path: Path, client: str) -> dict[str, Any]:
    """What a client's file says about leindex."""
    text = path.read_text()
    document = tomllib.loads(text) if client == "codex" else json.loads(text)
    found: dict[str, Any] = document[KEYS.get(client, "mcpServers")]["leindex"]
    return found


@pytest.mark.parametrize("client", FILES)
def test_a_project_is_set_up_in_one_line(home: Path, client: str) -> None:
    """Shown first and written only when told to; a second time nothing changes."""
    path = home / "project" / FILES[client]
    shown = run(home, client)
    assert shown.returncode == 0
    assert shown.stdout.startswith(f"{path}:\n")
    assert not path.exists()
    written = run(home, client, "--write")
    assert written.returncode == 0
    assert "Written." in written.stderr
    snippet = shown.stdout.partition("\n")[2]
    assert (tomllib.loads if client == "codex" else json.loads)(snippet) == (
        tomllib.loads(path.read_text()) if client == "codex" else json.loads(path.read_text())
    )
    assert entry(path, client)["args"][-3:][:1] in (["mcp"], ["lepasserelle"], entry(path, client)["args"][-1:])
    assert "says so already" in run(home, client, "--write").stderr
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == [path.name]


@pytest.mark.parametrize("client", USER_FILES)
def test_a_user_is_set_up_for_all_projects(home: Path, client: str) -> None:
    """With the whole path of the command, and with a variable only where the client fills it in."""
    assert run(home, client, "--user", "--write").returncode == 0
    found = entry(home / USER_FILES[client], client)
    assert Path(found["command"]).is_absolute()
    assert ("${workspaceFolder}" in found["args"]) is (client == "cursor")
    assert str(home) not in found["args"]


def test_a_client_without_files_for_projects_gets_the_project_named(home: Path) -> None:
    """Windsurf has one file for all of them."""
    assert run(home, "windsurf", "--write").returncode == 0
    assert entry(home / USER_FILES["windsurf"], "windsurf")["args"][-2:] == ["--project", str(home / "project")]


@pytest.mark.parametrize(
    ("client", "advice"), [("claude-code", "claude mcp add --scope user leindex -- leindex mcp"), ("vscode", "set up each")]
)
def test_a_user_file_where_it_would_do_no_good_is_left_alone(home: Path, client: str, advice: str) -> None:
    """Claude Code writes its own all the time; VS Code would start the server in the home folder. What to do is said."""
    done = run(home, client, "--user", "--write")
    assert done.returncode == 1
    assert advice in done.stderr
    assert [path.name for path in home.iterdir()] == ["project"]


@pytest.mark.parametrize("folder", ["uv/archive-v0/abc/bin", "pipx/.cache/abc/bin"])
def test_a_command_that_lies_in_a_cache_is_not_written_down(home: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """It would be gone one day; what fetches it is offered instead."""
    monkeypatch.setattr(sys, "executable", f"/home/me/{folder}/python")
    done = run(home, "cursor")
    assert done.returncode == 1
    assert "--with uvx" in done.stderr
    assert run(home, "cursor", "--with", "uvx").returncode == 0


@pytest.mark.parametrize(("launcher", "command"), [("uvx", "uvx"), ("pipx", "pipx")])
def test_the_client_may_fetch_it_by_itself(home: Path, launcher: str, command: str) -> None:
    """With the extra that a server needs."""
    document = json.loads(run(home, "cursor", "--with", launcher).stdout.partition("\n")[2])
    found = document["mcpServers"]["leindex"]
    assert found["command"] == command
    assert "lepasserelle[mcp]" in found["args"]


def test_what_was_there_stays_and_is_kept_beside_it(home: Path) -> None:
    """Comments and permissions too, through a link, and a second backup does not overwrite the first."""
    real = home / "dotfiles" / "zed.json"
    real.parent.mkdir()
    text = '{\n  // mine\n  "theme": "dark",\n}\n'
    real.write_text(text)
    real.chmod(0o600)
    path = home / "project" / ".zed" / "settings.json"
    path.parent.mkdir()
    path.symlink_to(real)
    done = run(home, "zed", "--write")
    assert done.returncode == 0
    assert path.is_symlink()
    assert real.read_text().startswith('{\n  // mine\n  "theme": "dark",\n  "context_servers": {')
    assert real.stat().st_mode & 0o777 == 0o600
    first = real.with_name("zed.json.leindex-backup-1")
    assert str(first) in done.stderr
    assert first.read_text() == text
    assert first.stat().st_mode & 0o777 == 0o600
    real.write_text('{"a": 1}')
    run(home, "zed", "--write")
    assert first.read_text() == text
    assert real.with_name("zed.json.leindex-backup-2").read_text() == '{"a": 1}'


@pytest.mark.parametrize("content", [b"{ not json", b"[]", b"\xff\xfe\x00", b'{"mcpServers": 3}'])
def test_a_file_that_is_not_understood_is_not_touched(home: Path, content: bytes) -> None:
    """One line says which file, and what to do."""
    path = home / "project" / ".mcp.json"
    path.write_bytes(content)
    done = run(home, "claude-code", "--write")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("leindex: ")
    assert str(path) in done.stderr
    assert path.read_bytes() == content
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_every_client_is_tried_here() -> None:
    """A new one needs its place in these tests."""
    assert FILES.keys() | USER_FILES.keys() == CLIENTS.keys()
