"""Single flight: of several threads that want the same done at the same time, one does it and the others take its result.

Invariants: at most one thread works on a key; whoever waits gets what the worker got, or, when the worker failed with an error of
this package, that error; when it failed with anything else (an interrupt is its own affair) a waiting thread tries itself. A thread
that asks for the key it works on itself does the work at once instead of waiting for itself.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from lepasserelle.errors import LeIndexError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Flight(Generic[V]):
    __slots__ = ("done", "error", "has_value", "thread", "value", "waiting")

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.done = threading.Event()
        self.has_value = False
        self.value: V | None = None
        self.error: LeIndexError | None = None
        self.waiting = 0


class Flights(Generic[K, V]):
    """The work in progress, by key. Keys that wait for each other in a circle of threads would wait for ever: do not make such."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[K, _Flight[V]] = {}
        self._shared = 0

    @property
    def shared(self) -> int:
        """How many calls took the result of another thread's work."""
        return self._shared

    def waiting(self, key: K) -> int:
        """How many threads wait for the work on `key` now."""
        with self._lock:
            flight = self._flights.get(key)
            return flight.waiting if flight else 0

    def run(self, key: K, work: Callable[[], V]) -> V:
        """The result of `work()`, done by this thread or by one that does it already. Raises what `work` raises."""
        while True:
            flight, is_ours = self._join(key)
            if is_ours:
                return self._lead(key, flight, work)
            if flight.thread == threading.get_ident():
                return work()
            flight.done.wait()
            if flight.error is not None:
                raise flight.error
            if flight.has_value:
                with self._lock:
                    self._shared += 1
                return flight.value  # type: ignore[return-value]  # has_value says that it is a V

    def after_fork(self) -> None:
        """Forget the work of threads that are not in this process."""
        self._lock = threading.Lock()
        own = threading.get_ident()
        self._flights = {key: flight for key, flight in self._flights.items() if flight.thread == own}

    def _join(self, key: K) -> tuple[_Flight[V], bool]:
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                flight.waiting += flight.thread != threading.get_ident()
                return flight, False
            flight = self._flights[key] = _Flight()
            return flight, True

    def _lead(self, key: K, flight: _Flight[V], work: Callable[[], V]) -> V:
        try:
            value = flight.value = work()
            flight.has_value = True
        except LeIndexError as error:
            flight.error = error
            raise
        else:
            return value
        finally:
            with self._lock:
                self._flights.pop(key, None)
            flight.done.set()
