"""Opening what a server serves, with the memory that the settings allow it.

Not here: serving. Invariant: whoever lacks the SDK of the protocol, an extra, is told how to get it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from lepasserelle.config import Settings, load_settings
from lepasserelle.errors import ConfigError, MeetingError
from lepasserelle.meeting.sockets import check_possible
from lepasserelle.memory import MemoryConfig

if TYPE_CHECKING:
    from lepasserelle.faces.mcp.server import LeIndexServer


def check_sdk() -> None:
    """Raise `ConfigError` when the SDK is not installed."""
    if find_spec("mcp") is None:
        raise ConfigError("the MCP server needs the SDK of the protocol: install it with `pip install 'lepasserelle[mcp]'`")


@contextmanager
def open_server(project: Path, index_dir: str | None) -> Iterator[tuple["LeIndexServer", Settings]]:
    """A server for a project's index, which other processes of the user can ask about its memory where they can, and the
    settings.

    Raises `LeIndexError` when the index cannot be opened.
    """
    check_sdk()
    from lepasserelle.faces.mcp.server import build_server

    given = {"index_dir": index_dir} if index_dir else {}
    settings = load_settings(project, given)
    memory = MemoryConfig(memory_limit_bytes=settings.mcp_memory_bytes)
    with build_server(project, memory, control=_can_be_asked(), settings=given) as server:
        gc.freeze()  # what is loaded stays; looking through all of it held every thread up for tens of milliseconds each time
        yield server, settings


def _can_be_asked() -> bool:
    """Whether other processes can reach this one. A server does its work without."""
    try:
        check_possible()
    except MeetingError:
        return False
    return True
