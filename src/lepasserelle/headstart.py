"""A head start: the child that forks the others of a run, begun before this program imports what it needs itself.

It takes as long to be ready as the parent takes to load and to walk, and there are two cores. Where there is an index, none begins
unless a glance finds something newer: a guess, and what changed is for `ingest.plan` to say. Not here: what is asked of it
(`ingest.nursery`). Imports next to nothing. Invariants: nothing begins where a limit or a setting could speak against it, which is
known later; a server that nobody takes is killed, and one whose parent is gone ends at the end of its socket.
"""

import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, NamedTuple

from lepasserelle.errors import ProjectError
from lepasserelle.interpreter import worker_command, worker_environment
from lepasserelle.memory.freedom import is_bound
from lepasserelle.project import INDEX_FOLDER, LAST_RUN, SETTINGS_FILE, find_project

FORKS: Final = "forks"
"""The argument of a worker that makes it a server of forks; its control socket is its standard input. Behind it may stand the
folder whose languages it will meet.
"""

EDITED: Final = "edited"
"""Stands in place of the folder where there is an index; behind it the names of files that are newer, if they are few."""

MOST_EDITED: Final = 16
"""Files that one child reads: with more of them several children may be asked for, and none is to wait for imports."""

_MOST_NAMES: Final = 4_000
"""Names that are looked at, at most some more."""

SELDOM_READ: Final = frozenset(
    {"node_modules", "__pycache__", "vendor", "target", "build", "dist", "locale", "LC_MESSAGES"}  # the last two hold translations
)
"""Names of folders of which many files are no source of the project's."""

_MOST_PACKAGING_BYTES: Final = 1 << 16
_PREFIX: Final = "LEINDEX_"


class Server(NamedTuple):
    """A process that forks on request, and the socket on which it is asked."""

    process: "subprocess.Popen[bytes]"
    control: socket.socket


_begun: list[Server] = []


def can_fork() -> bool:
    """Whether this system lets one child begin as a copy of another, and end with it."""
    return sys.platform.startswith("linux") and hasattr(socket, "send_fds")


def start_server(command: list[str], *arguments: str) -> Server:
    """Start one. Raises `OSError`."""
    with ExitStack() as stack:
        ours, theirs = map(stack.enter_context, socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [*command, FORKS, *arguments],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=worker_environment(),
        )
        stack.pop_all()
        theirs.close()
    return Server(process, ours)


def begin(words: list[str]) -> None:
    """Start one if `leindex index` with these words is likely to make a first index, or may find edits, and nothing binds it."""
    named = [word for word in words if word != "--json"]
    if not can_fork() or not sys.executable or len(named) > 1 or any(word.startswith("-") for word in named):
        return
    try:
        project = find_project(named[0] if named else None)
        if may_be_set(project) or is_bound():
            return
        if not (project / INDEX_FOLDER).exists():
            if _has_files(project):
                _begun.append(start_server(worker_command(), os.fspath(project)))
        elif len(os.sched_getaffinity(0)) > 1 and (names := newer(project)) is not None:
            _begun.append(start_server(worker_command(), EDITED, *(names if len(names) <= MOST_EDITED else ())))
    except (OSError, ValueError, ProjectError):  # whoever indexes says why
        return


def has_begun() -> bool:
    """Whether there is one to be taken."""
    return bool(_begun)


def take() -> Server | None:
    """The one that has begun, once."""
    return _begun.pop() if _begun else None


def dismiss() -> None:
    """End the one that nobody took."""
    while (server := take()) is not None:
        server.control.close()
        server.process.kill()
        server.process.wait()


def may_be_set(project: Path) -> bool:
    """Whether there may be a setting that lays the index elsewhere, or bounds it."""
    if any(name.startswith(_PREFIX) for name in os.environ) or (project / SETTINGS_FILE).exists():
        return True
    packaging = project / "pyproject.toml"
    return packaging.exists() and (not packaging.is_file() or _may_set(packaging))


def _may_set(packaging: Path) -> bool:
    """Whether a table of ours may stand there, in any of the ways to write one; too long a file is not looked through."""
    with packaging.open("rb") as file:
        content = file.read(_MOST_PACKAGING_BYTES + 1)
    return len(content) > _MOST_PACKAGING_BYTES or b"leindex" in content


def _has_files(root: Path) -> bool:
    """Whether any is seen: even one is parsed and built by several children, each of which would import for itself."""
    return next(shallow_files(os.fspath(root)), None) is not None


def newer(project: Path) -> list[str] | None:
    """Names of files that were written after the last run had ended, among the first of the folder and those below; None where
    neither such a file nor such a folder is seen. Nothing hidden or `SELDOM_READ`. Raises `OSError` where no run has ended.
    """
    ended_ns = (project / INDEX_FOLDER / LAST_RUN).stat().st_mtime_ns
    found: list[str] = []
    is_behind = False
    for entry in _entries(os.fspath(project), SELDOM_READ):
        with suppress(OSError):
            if entry.stat(follow_symlinks=False).st_mtime_ns >= ended_ns:
                is_behind = True
                if entry.is_file(follow_symlinks=False):
                    found.append(entry.name)
    return found if is_behind else None


def shallow_files(root: str, passed_over: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names of files among the first names of a folder and those below, the shallow ones first; nothing hidden, and nothing that
    bears a name that is `passed_over`. What cannot be read holds none.
    """
    for entry in _entries(root, passed_over):
        if not entry.is_dir(follow_symlinks=False):
            yield entry.name


def _entries(root: str, passed_over: frozenset[str] = frozenset()) -> Iterator[os.DirEntry[str]]:
    """As `shallow_files`, and folders."""
    folders, names = deque([root]), 0
    while folders and names < _MOST_NAMES:
        with suppress(OSError), os.scandir(folders.popleft()) as entries:
            for entry in entries:
                names += 1
                if entry.name.startswith(".") or entry.name in passed_over:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                yield entry
