"""Lets a thread sleep until it is told to wake, the kernel reports that tasks wait for memory, or the time is over.

The kernel wakes it through a PSI trigger (Documentation/accounting/psi.rst): a file that becomes urgent when tasks waited for
longer than a threshold within a window. Windows of unprivileged users are multiples of two seconds. Where there are no triggers,
only time and the call wake. Not here: what is done then.
"""

import enum
import os
import select
import threading
from typing import Final

STALL_US: Final = 150_000
WINDOW_US: Final = 2_000_000
_MOST_RINGS: Final = 4096
_TRIGGER: Final = f"some {STALL_US} {WINDOW_US}\0".encode()


class Wake(enum.Enum):
    """Why it woke."""

    TIME = "time"
    CALLED = "called"
    NUDGED = "nudged"
    STALL = "stall"


class Waker:
    """One sleeper; anybody may call. `pressure_file`: `/proc/pressure/memory`, or None for no trigger.

    Until `watch` only time and the call wake.
    """

    def __init__(self, pressure_file: str | None = "/proc/pressure/memory") -> None:
        self._called = False
        self._bell = threading.Event()
        self._lock = threading.Lock()
        """A descriptor that was closed may be somebody else's by now: nobody writes while they are closed."""
        self._ends: tuple[int, int] | None = None
        self._pressure_file = pressure_file if hasattr(select, "poll") else None
        self._trigger: int | None = None

    def watch(self) -> None:
        """Have the kernel wake it from now on, where it can. Not at once, since the kernel takes ten milliseconds to let go of a
        trigger, which a process that asks one question would wait for at its end. Idempotent.
        """
        if self._pressure_file is None or self._called:
            return
        file, self._pressure_file = self._pressure_file, None
        with self._lock:
            self._trigger = _open_trigger(file)
            if self._trigger is not None:
                self._ends = os.pipe()
                if self._bell.is_set():  # rung before there was an end to write to
                    os.write(self._ends[1], b"\0")

    @property
    def has_trigger(self) -> bool:
        """Whether the kernel wakes it."""
        return self._trigger is not None

    def sleep(self, timeout_s: float) -> Wake:
        """Sleep at most so long. Once called, it never sleeps again."""
        if self._trigger is None or self._ends is None:
            return self._rung() if self._bell.wait(timeout_s) else Wake.TIME
        poll = select.poll()
        poll.register(self._trigger, select.POLLPRI)
        poll.register(self._ends[0], select.POLLIN)
        found = dict(poll.poll(timeout_s * 1000.0))
        if self._bell.is_set():
            return self._rung()
        flags = found.get(self._trigger, 0)
        if flags & select.POLLERR:  # the trigger is gone: time alone wakes from now on
            self._close_trigger()
            return Wake.TIME
        return Wake.STALL if flags & select.POLLPRI else Wake.TIME

    def call(self) -> None:
        """Wake it for good. Idempotent, from any thread."""
        self._called = True
        self._ring()

    def nudge(self) -> None:
        """Wake it once. From any thread; costs next to nothing when it is awake already."""
        if not self._bell.is_set():
            self._ring()

    def close(self) -> None:
        """Give the descriptors back; the sleeper must have ended."""
        with self._lock:
            self._close_trigger()
            for end in self._ends or ():
                os.close(end)
            self._ends = None

    def _ring(self) -> None:
        with self._lock:
            self._bell.set()
            if self._ends is not None:
                os.write(self._ends[1], b"\0")

    def _rung(self) -> Wake:
        """Why the bell was rung; for a nudge it rings again."""
        if self._called:
            return Wake.CALLED
        with self._lock:
            self._bell.clear()
            if self._ends is not None:
                os.read(self._ends[0], _MOST_RINGS)
        return Wake.CALLED if self._called else Wake.NUDGED

    def _close_trigger(self) -> None:
        if self._trigger is not None:
            os.close(self._trigger)
            self._trigger = None


def _open_trigger(pressure_file: str) -> int | None:
    try:
        descriptor = os.open(pressure_file, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, AttributeError):
        return None
    try:
        os.write(descriptor, _TRIGGER)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
