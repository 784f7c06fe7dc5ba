"""A Python thread that wants to run every half millisecond: how long was it kept from that at most, and by what?

A thread that is late slept until it got the interpreter's lock, or it could have run and got no processor: the kernel counts the
second in nanoseconds (`run_delay`, Documentation/scheduler/sched-stats.rst). That is read with the lock held (`PyDLL`): who lets go
of it to read has to wait for it again, and what was waited for then would be seen by nobody.
"""

import ctypes
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

TICK_S = 0.0005
_LENGTH = 64


class Stall(NamedTuple):
    """One lateness, in milliseconds."""

    whole_ms: float
    queued_ms: float
    """Of it without a processor, though nothing else was missing; 0 where the system does not tell."""
    others_queued_ms: float
    """So long the other threads of the process, together, were without one meanwhile: whoever had the lock may be among them."""

    @property
    def locked_ms(self) -> float:
        """The rest: the interpreter's lock while its holder ran, and what the clock comes late."""
        return max(0.0, self.whole_ms - self.queued_ms - self.others_queued_ms)


_NONE = Stall(0.0, 0.0, 0.0)


class Queued:
    """How long a thread of this process has been waiting for a processor since it began, in milliseconds."""

    def __init__(self, thread_id: int) -> None:
        self._buffer = ctypes.create_string_buffer(_LENGTH)
        self._descriptor = -1
        with suppress(OSError, AttributeError):
            self._descriptor = os.open(f"/proc/self/task/{thread_id}/schedstat", os.O_RDONLY)
            self._read = ctypes.PyDLL(None).pread
            self._read.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_longlong)

    def now_ms(self) -> float:
        """Since the thread began."""
        if self._descriptor < 0 or self._read(self._descriptor, self._buffer, _LENGTH, 0) <= 0:
            return 0.0
        return int(self._buffer.value.split()[1]) / 1e6

    def close(self) -> None:
        """Read no more."""
        if self._descriptor >= 0:
            os.close(self._descriptor)


class Ticker:
    """Within the block the thread runs."""

    def __init__(self) -> None:
        self.longest = self.longest_locked = _NONE
        """The longest lateness, and the one with the longest wait for something else than a processor."""
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        time.sleep(0.01)
        self.longest = self.longest_locked = _NONE
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        own = Queued(threading.get_native_id())
        others = [Queued(one.native_id) for one in threading.enumerate() if one.native_id and one is not self._thread]

        def waited() -> tuple[float, float]:
            return own.now_ms(), sum(other.now_ms() for other in others)

        before, last_s = waited(), time.perf_counter()
        while not self._ends.is_set():
            time.sleep(TICK_S)
            late_ms = (time.perf_counter() - last_s - TICK_S) * 1000.0
            found = Stall(late_ms, *(now - then for now, then in zip(waited(), before, strict=True)))
            self.longest = max(self.longest, found)
            if found.locked_ms > self.longest_locked.locked_ms:
                self.longest_locked = found
            before, last_s = waited(), time.perf_counter()
        for one in (own, *others):
            one.close()


def busy_s() -> float:
    """Processor seconds that all processors of the machine have worked since it began, or were taken from it; 0 where it does not
    tell.
    """
    with suppress(OSError, ValueError):
        told = [int(word) for word in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
        return (sum(told) - told[3] - told[4]) / os.sysconf("SC_CLK_TCK")
    return 0.0
