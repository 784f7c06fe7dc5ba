"""What must be made anew in a forked child: locks that another thread held, waits for threads that are not there.

Invariant: each registered object is asked exactly once in the child, before any code of the program runs there; objects are held
weakly.
"""

import os
import threading
import weakref
from types import TracebackType
from typing import Final, Protocol


class ForkAware(Protocol):
    """An object with state that belongs to threads."""

    def after_fork(self) -> None:
        """Called in the child, in its only thread."""


_KNOWN: Final[weakref.WeakSet[ForkAware]] = weakref.WeakSet()


def renew_after_fork(thing: ForkAware) -> None:
    """Have `thing.after_fork()` called in every child that is forked while it lives."""
    _KNOWN.add(thing)


class ForkedRLock:
    """A re-entrant lock that nobody holds in a forked child."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        renew_after_fork(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._lock.release()

    def after_fork(self) -> None:
        """The thread that held it is not here."""
        self._lock = threading.RLock()


def _in_child() -> None:
    for thing in list(_KNOWN):
        thing.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
