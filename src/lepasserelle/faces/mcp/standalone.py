"""One process for one client, or for those who come by HTTP: everything in it, nothing shared.

Not here: the protocol (`server`). Invariant: it ends with its input, and with the process that started it.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NamedTuple

from lepasserelle.faces.mcp.opening import open_server
from lepasserelle.faces.mcp.parent import LOOK_EVERY_S, Parent


class Address(NamedTuple):
    """Where to listen, and what whoever comes must bring."""

    host: str = "127.0.0.1"
    port: int = 0
    token: str | None = None


def serve_alone(project: Path, index_dir: str | None) -> None:
    """Serve the client at the standard streams, then end the process. Raises `LeIndexError` when that cannot begin."""
    with open_server(project, index_dir) as (server, _):
        from lepasserelle.faces.mcp.server import serve_stdio

        asyncio.run(_until_parent_goes(serve_stdio(server)))
        _leave(server.close)


def serve_by_http(project: Path, index_dir: str | None, address: Address, tell: Callable[[str], None]) -> None:
    """Serve whoever connects, until a signal. `tell` gets the URL. Raises `LeIndexError` when that cannot begin."""
    with open_server(project, index_dir) as (server, _):
        from lepasserelle.faces.mcp.server import serve_http

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # uvicorn takes them, ends in good order, and raises them once more
        asyncio.run(serve_http(server, address.host, address.port, address.token, tell))
        _leave(server.close)


def _leave(close: Callable[[], None]) -> None:
    """End now: a thread may still be in the middle of an answer that nobody waits for."""
    close()
    os._exit(0)


async def _until_parent_goes(serving: Coroutine[Any, Any, None]) -> None:
    """Run it to its end, or until the parent or a signal ends us."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(serving)
    if hasattr(signal, "SIGTERM") and os.name == "posix":
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
    parent = Parent()
    watching = None
    if parent.descriptor is not None:
        loop.add_reader(parent.descriptor, task.cancel)
    elif os.name == "posix":
        watching = loop.create_task(_look(parent, task))
    try:
        await task
    except asyncio.CancelledError:
        return
    finally:
        if watching is not None:
            watching.cancel()


async def _look(parent: Parent, task: "asyncio.Task[None]") -> None:
    while not parent.is_gone:
        await asyncio.sleep(LOOK_EVERY_S)
    task.cancel()
