"""The clients: where each keeps its configuration, and what is to stand there.

Not here: changing a file. Facts and where they are from (looked up on 2026-11-22):

- Claude Code, code.claude.com/docs/en/mcp: project file `.mcp.json`, `${NAME:-default}` in arguments; the user's file is the
  client's own state, which its command changes
- Cursor, cursor.com/docs/mcp: `type` is required, `${workspaceFolder}` is the folder that holds `.cursor`. Servers of the user's
  file are started in the home folder, and the variable is filled in there too (vectorize-io/hindsight 4530)
- VS Code, code.visualstudio.com/docs/agents/reference/mcp-configuration: key `servers`, `${workspaceFolder}`. Servers of the
  user's profile are started in the home folder, and the variable fails there (microsoft/vscode 250078, 264535)
- Zed, zed.dev/docs/ai/mcp and its `ProjectSettingsContent`: `context_servers`, also in a project's settings
- Codex, developers.openai.com/codex/mcp: `[mcp_servers.NAME]`, in `.codex/config.toml` of trusted projects or under `$CODEX_HOME`
- Windsurf, docs.windsurf.com/windsurf/cascade/mcp: one file for all projects, no variable for the folder

Invariant: an entry names the project whenever the client may start the server somewhere else.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from lepasserelle.errors import ConfigError

SERVER: Final = "leindex"

Launcher = Literal["command", "uvx", "pipx"]
LAUNCHERS: Final[tuple[Launcher, ...]] = ("command", "uvx", "pipx")
_PACKAGE: Final = "lepasserelle[mcp]"


class Place(NamedTuple):
    """A file of a client, and the arguments that name the project there."""

    path: Path
    project_words: tuple[str, ...]
    is_shared: bool
    """It may be committed, so it names no place of this machine that need not be named."""


class Client(NamedTuple):
    """One client."""

    title: str
    keys: tuple[str, ...]
    """Under which the servers stand."""
    project_file: str | None
    project_words: tuple[str, ...]
    """How the project is named in its own file."""
    user_file: "Callable[[], Path] | None"
    user_words: tuple[str, ...] = ()
    """How the project is named in the user's file."""
    is_typed: bool = False
    """Whether an entry says `"type": "stdio"`."""
    is_toml: bool = False
    advice: str = ""

    def place(self, project: Path, *, for_user: bool) -> Place:
        """Where the entry goes. Raises `ConfigError` when the client has no such file that may be changed."""
        if for_user or self.project_file is None:
            if self.user_file is None:
                raise ConfigError(f"{self.title}'s file for all projects is not changed. {self.advice}")
            return Place(self.user_file(), self.user_words if for_user else ("--project", os.fspath(project)), False)
        return Place(project / self.project_file, self.project_words, True)

    def entry(self, launch: tuple[str, ...], project_words: tuple[str, ...]) -> dict[str, Any]:
        """What stands under the server's name."""
        command, *words = launch
        typed = {"type": "stdio"} if self.is_typed else {}
        return {**typed, "command": command, "args": [*words, "mcp", *project_words]}


def launch_words(launcher: Launcher, *, is_shared: bool) -> tuple[str, ...]:
    """The command that runs `leindex`: what is installed here, or what fetches it when it is first used.

    With its whole path unless the file is shared: a program with windows has not always the path of a shell. Raises `ConfigError`
    when what runs here lies in a cache.
    """
    if launcher == "uvx":
        return ("uvx", "--from", _PACKAGE, "leindex")
    if launcher == "pipx":
        return ("pipx", "run", "--spec", _PACKAGE, "leindex")
    beside = Path(sys.executable).with_name("leindex.exe" if os.name == "nt" else "leindex")
    if "archive-v0" in beside.parts or {"pipx", ".cache"} <= set(beside.parts):
        raise ConfigError(f"{beside} lies in a cache that may be emptied: install leindex, or use --with uvx or --with pipx")
    found = shutil.which("leindex")
    if is_shared and found is not None and os.path.realpath(found) == os.path.realpath(beside):
        return ("leindex",)
    return (os.fspath(beside),) if beside.exists() else (sys.executable, "-m", "lepasserelle")


def _home() -> Path:
    return Path.home()


def _application_data(name: str) -> Path:
    """The folder where a desktop program keeps its user's settings."""
    if sys.platform == "darwin":
        return _home() / "Library" / "Application Support" / name
    if os.name == "nt":
        return Path(os.environ.get("APPDATA", _home() / "AppData" / "Roaming")) / name
    return Path(os.environ.get("XDG_CONFIG_HOME") or _home() / ".config") / name


def _zed_settings() -> Path:
    folder = _home() / ".config" / "zed" if sys.platform == "darwin" else _application_data("Zed" if os.name == "nt" else "zed")
    return folder / "settings.json"


def _codex_settings() -> Path:
    return Path(os.environ.get("CODEX_HOME") or _home() / ".codex") / "config.toml"


_HERE: Final = ("--project", "${workspaceFolder}")

CLIENTS: Final[Mapping[str, Client]] = {
    "claude-code": Client(
        "Claude Code",
        ("mcpServers",),
        ".mcp.json",
        ("--project", "${CLAUDE_PROJECT_DIR:-.}"),
        None,
        is_typed=True,
        advice="For all your projects: claude mcp add --scope user leindex -- leindex mcp",
    ),
    "cursor": Client(
        "Cursor",
        ("mcpServers",),
        ".cursor/mcp.json",
        _HERE,
        lambda: _home() / ".cursor" / "mcp.json",
        _HERE,
        is_typed=True,
    ),
    "vscode": Client(
        "VS Code",
        ("servers",),
        ".vscode/mcp.json",
        _HERE,
        None,
        is_typed=True,
        advice="For more than one project, set up each: VS Code starts the servers of a user's profile in the home folder.",
    ),
    "zed": Client("Zed", ("context_servers",), ".zed/settings.json", (), _zed_settings),
    "codex": Client(
        "Codex",
        ("mcp_servers",),
        ".codex/config.toml",
        (),
        _codex_settings,
        is_toml=True,
        advice="Codex reads a project's own file only when it trusts the project.",
    ),
    "windsurf": Client(
        "Windsurf",
        ("mcpServers",),
        None,
        (),
        lambda: _home() / ".codeium" / "windsurf" / "mcp_config.json",
        advice="Windsurf has one file for all projects, so the entry names this project.",
    ),
}
