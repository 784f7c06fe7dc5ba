"""What a process needs under `RLIMIT_DATA` before anything works: asked before libraries are loaded that would end the process.

OpenBLAS, which numpy loads, takes 32 MB of address space and ends the process when they are refused; so numpy is imported here,
when there is such a limit, or not at all. Not here: limits on what is resident (`limits`). Invariant: without `RLIMIT_DATA` nothing
is imported and nothing is changed.
"""

import os
import sys
import threading
from typing import Final

from lepasserelle.errors import LimitTooLowError
from lepasserelle.memory.config import MemoryConfig
from lepasserelle.memory.limits import DATA
from lepasserelle.memory.meter import Meter

NUMPY_BYTES: Final = 42_000_000
"""Address space that importing numpy takes with one thread for linear algebra (39 to 41 MB measured, numpy 2.4)."""

OWN_BYTES: Final = 10_000_000
"""What the other modules take (8 to 10 MB measured)."""

THREADS: Final = 7
"""Threads at once while a project is indexed: monitor, staleness, sampling of the peak, listeners of four children."""

_STACK_BYTES: Final = 8 * 1024 * 1024
_ONE_THREAD: Final = "OPENBLAS_NUM_THREADS"


def load_numpy(meter: Meter | None = None) -> None:
    """Import numpy under a data limit, with one thread for linear algebra (each takes 32 MB more, and nothing here needs it).

    Raises `LimitTooLowError` when the limit leaves too little for that and for working. Does nothing without a limit, and when
    numpy is there.
    """
    data = (Meter() if meter is None else meter).data_limit() if "numpy" not in sys.modules else None
    if data is None:
        return
    usual = MemoryConfig()
    needed_bytes = data.used_bytes + NUMPY_BYTES + OWN_BYTES + working_bytes() + usual.allocation_unit_bytes
    floor_bytes = int(needed_bytes / usual.hard_threshold)
    if floor_bytes > data.limit_bytes:
        raise LimitTooLowError(data.limit_bytes, floor_bytes, DATA)
    was_set = os.environ.get(_ONE_THREAD)
    os.environ[_ONE_THREAD] = was_set or "1"
    try:
        import numpy  # noqa: F401 - for what it does when it is loaded
    finally:
        if was_set is None:
            del os.environ[_ONE_THREAD]


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
