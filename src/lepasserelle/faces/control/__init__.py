"""Asking and steering the memory of running `leindex` processes: a socket in each, and those who knock.

- `operations`                 what can be asked: statistics, spill, reload, warm; nothing else
- `server`, `client`           who answers, who asks
- `messages`, `frames`         what goes over the socket
- `places`                     what the sockets are called

Not here: commands and how answers are shown; where sockets lie and who may speak (`meeting`). Invariant: only
processes of one user talk to each other, on one machine.
"""

import os
import weakref
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from lepasserelle.faces.control.client import RefusedError, ask, sweep, sweep_dead
from lepasserelle.faces.control.frames import ControlError
from lepasserelle.faces.control.messages import Document, Part, Reload, ReloadPart, Request, Spill, Statistics, Warm
from lepasserelle.faces.control.operations import act
from lepasserelle.faces.control.places import key_of
from lepasserelle.faces.control.server import Act, ControlServer

if TYPE_CHECKING:
    from lepasserelle.leindex import LeIndex

__all__ = ["ControlError", "ControlServer", "Process", "RefusedError", "own", "running", "serve"]


@dataclass(frozen=True, slots=True)
class Process:
    """One open index of one process. Every call raises `LeIndexError`: `ControlError` when the process cannot be asked."""

    pid: int
    is_own: bool
    """It is this process; nothing goes over a socket."""
    _do: Act = field(repr=False)

    def statistics(self, events: int = 20) -> Document:
        """What it holds, how much it may, and its last events."""
        return self._do(Statistics(events=events))

    def spill(self, part: Part = "all", *, cold: bool = False) -> Document:
        """Have it let go of a cache; `cold`: the system shall forget its files, too."""
        return self._do(Spill(part=part, cold=cold))

    def reload(self, part: ReloadPart = "all") -> Document:
        """Have it bring a cache back."""
        return self._do(Reload(part=part))

    def warm(self, strategy: str = "all") -> Document:
        """Have it load ahead of need."""
        return self._do(Warm(strategy=strategy))


def serve(leindex: "LeIndex") -> ControlServer:
    """Let other processes of this user reach `leindex` until it is closed or forgotten. Raises `MeetingError` where it cannot.
    Names that dead processes left are removed, those of other indexes, too: nobody may ever come back to these.
    """
    sweep(key_of(leindex.project, leindex.folder))
    sweep_dead()
    reference = weakref.ref(leindex)

    def answer(request: Request) -> Document:
        found = reference()
        if found is None:
            raise ControlError("the index is closed")
        return act(found, request)

    server = ControlServer(key_of(leindex.project, leindex.folder), answer)
    weakref.finalize(leindex, server.close)
    return server


def running(leindex: "LeIndex") -> list[Process]:
    """The processes that have this index open and can be reached, by number. Names that dead ones left are removed."""
    found = sweep(key_of(leindex.project, leindex.folder))
    return [Process(place.pid, place.pid == os.getpid(), partial(ask, place)) for place in found]


def own(leindex: "LeIndex") -> Process:
    """The process that runs this, asked directly."""
    return Process(os.getpid(), True, partial(act, leindex))
