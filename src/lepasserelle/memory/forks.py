"""What must be made anew in a forked child: locks that another thread held, waits for threads that are not there.

Invariant: each registered object is asked exactly once in the child, before any code of the program runs there; objects are held
weakly.
"""

import os
import weakref
from typing import Final, Protocol


class ForkAware(Protocol):
    """An object with state that belongs to threads."""

    def after_fork(self) -> None:
        """Called in the child, in its only thread."""


_KNOWN: Final[weakref.WeakSet[ForkAware]] = weakref.WeakSet()


def renew_after_fork(thing: ForkAware) -> None:
    """Have `thing.after_fork()` called in every child that is forked while it lives."""
    _KNOWN.add(thing)


def _in_child() -> None:
    for thing in list(_KNOWN):
        thing.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
