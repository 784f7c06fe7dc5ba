"""What a process needs under `RLIMIT_DATA` and `RLIMIT_AS` before anything works: asked before libraries are loaded that would end
the process.

OpenBLAS, which numpy loads, takes 32 MB of address space and ends the process when they are refused; so numpy is imported here,
when there is such a limit, or not at all. Not here: limits on what is resident (`limits`). Invariant: without such a limit nothing
is imported and nothing is changed.
"""

import os
import sys
import threading
from typing import Final

from lepasserelle.errors import LimitTooLowError
from lepasserelle.memory.config import MemoryConfig
from lepasserelle.memory.limits import DATA
from lepasserelle.memory.meter import Meter, ProcessLimit

NUMPY_BYTES: Final = 45_000_000
"""Data that importing numpy takes with one thread for linear algebra (39 to 44.7 MB measured, numpy 2.4)."""

OWN_BYTES: Final = 10_000_000
"""What the other modules take (8 to 10 MB measured)."""

SPACE: Final = "RLIMIT_AS"
NUMPY_SPACE_BYTES: Final = 90_000_000
"""Address space, libraries' own text included (87.5 MB measured)."""

OWN_SPACE_BYTES: Final = 36_000_000
"""That of the other modules and of usearch (30 MB measured), and of small segments."""

THREADS: Final = 7
"""Threads at once while a project is indexed: monitor, staleness, sampling of the peak, listeners of four children."""

_STACK_BYTES: Final = 8 * 1024 * 1024
_ONE_THREAD: Final = "OPENBLAS_NUM_THREADS"


def load_numpy(meter: Meter | None = None) -> None:
    """Import numpy under a limit on data or address space, with one thread for linear algebra (each takes 32 MB more, and nothing
    here needs it).

    Raises `LimitTooLowError` when a limit leaves too little for that and for working. Does nothing without one, and when numpy is
    there.
    """
    if "numpy" in sys.modules:
        return
    meter = Meter() if meter is None else meter
    data, space = meter.data_limit(), meter.space_limit()
    if data is None and space is None:
        return
    _check(data, NUMPY_BYTES + OWN_BYTES, DATA)
    _check(space, NUMPY_SPACE_BYTES + OWN_SPACE_BYTES, SPACE)
    was_set = os.environ.get(_ONE_THREAD)
    os.environ[_ONE_THREAD] = was_set or "1"
    try:
        import numpy  # noqa: F401 - for what it does when it is loaded
    finally:
        if was_set is None:
            del os.environ[_ONE_THREAD]


def _check(limit: ProcessLimit | None, loading_bytes: int, name: str) -> None:
    if limit is None:
        return
    usual = MemoryConfig()
    needed_bytes = limit.used_bytes + loading_bytes + working_bytes() + usual.allocation_unit_bytes
    floor_bytes = int(needed_bytes / usual.hard_threshold)
    if floor_bytes > limit.limit_bytes:
        raise LimitTooLowError(limit.limit_bytes, floor_bytes, name)


def working_bytes() -> int:
    """Address space for the threads that work takes: their stacks count whole, touched or not."""
    return THREADS * _stack_bytes()


def _stack_bytes() -> int:
    """What the next thread's stack takes: as set for this program, else the system's limit of a stack."""
    if chosen_bytes := threading.stack_size():
        return chosen_bytes
    if sys.platform == "win32":
        return _STACK_BYTES
    import resource

    soft = resource.getrlimit(resource.RLIMIT_STACK)[0]
    return _STACK_BYTES if soft == resource.RLIM_INFINITY else soft
