"""`leindex mcp` in its plain form: becomes a relay at once. Every other form is left to click (`command`).

Not here: the relay itself. Invariant: imports nothing that a relay does not need; where relays cannot be (no Unix sockets, no
private folder, no way to know the user at the other end), this process serves alone and says so once.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from lepasserelle.errors import LeIndexError, MeetingError, ProjectError
from lepasserelle.project import find_project, from_working_folder

_OPTIONS: Final = {"--project": "project", "-p": "project", "--index-dir": "index_dir"}


class Asked(NamedTuple):
    """Which index is meant, in the words of the command line."""

    project: str | None = None
    index_dir: str | None = None


def plain_words(words: Sequence[str]) -> Asked | None:
    """The options of the plain form; None for every other form, and for what is wrong (click says it better)."""
    asked = Asked()
    waiting = list(words)
    while waiting:
        option, is_joined, value = waiting.pop(0).partition("=")
        if option not in _OPTIONS or (is_joined and not option.startswith("--")) or (not is_joined and not waiting):
            return None
        asked = asked._replace(**{_OPTIONS[option]: value if is_joined else waiting.pop(0)})
    return asked


def main(asked: Asked, offer: Callable[[], None]) -> None:
    """Serve the client at the standard streams until it leaves. Ends the process with status 1 when that cannot begin.

    `offer` lets an index that is opened in this process be reached by others; it is called only if one is.
    """
    from lepasserelle.faces.mcp.relay import complain

    try:
        serve(asked, offer)
    except LeIndexError as error:
        complain(str(error))
        sys.exit(1)


def serve(asked: Asked, offer: Callable[[], None]) -> None:
    """As a relay, or alone where relays cannot be. Raises `LeIndexError` when neither can begin."""
    from lepasserelle.faces.mcp.relay import complain, run

    project, index_dir = folder_of(asked.project), from_working_folder(asked.index_dir)
    try:
        _check_possible()
    except MeetingError as error:
        complain(f"this client gets a server of its own, which takes more memory than a shared one: {error}")
        from lepasserelle.faces.mcp.standalone import serve_alone

        offer()
        serve_alone(project, index_dir)
        return
    from lepasserelle.faces.mcp.rendezvous import remove_left, rendezvous
    from lepasserelle.faces.mcp.starting import meet, server_command

    command = server_command(os.fspath(project), index_dir)
    run(lambda: meet(rendezvous(project, index_dir), command), lambda: remove_left(rendezvous(project, index_dir)))


def folder_of(given: str | None) -> Path:
    """The project's real folder. Raises `ProjectError` when it is none, or is one that nobody means by not naming any."""
    project = find_project(given)
    real = Path(os.path.realpath(project))
    if not real.is_dir():
        raise ProjectError(f"there is no folder {os.fspath(project)!r}. Give the path of the project's folder with --project.")
    if given is None and real in {Path(real.anchor), Path(os.path.realpath(Path.home()))}:
        raise ProjectError(f"{os.fspath(real)!r} holds more than one project. Name the one that is meant with --project.")
    return real


def _check_possible() -> None:
    """Raise `MeetingError` where processes cannot share a server."""
    from lepasserelle.meeting.sockets import check_possible

    if not hasattr(os, "fork"):
        raise MeetingError("this system cannot start a server that outlives its client")
    check_possible()
