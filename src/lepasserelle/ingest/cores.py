"""How many processor cores there are for the children of a run, and which of them goes first."""

import os
from contextlib import suppress
from typing import Final

_LOWER: Final = 5
"""Of 19: with the whole of a core that nobody else wants, a quarter of one that is wanted."""


def usable_cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def give_way() -> None:
    """Have this process, for good, run on cores that others of the run do not want. Nothing where the system has no such thing."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_LOWER)
