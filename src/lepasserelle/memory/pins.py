"""Readers hold an object in use; whoever wants to take it away waits for them, and they for it. Knows nothing of what is held.

Invariants: while somebody is alone with the object, nobody reads it; while somebody reads, nobody is alone with it. A thread that
reads may read again at any time, and never waits for itself: being alone is then refused. Waiting to be alone is bounded and holds
new readers back, since short reads that overlap would otherwise never end.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Pins:
    """The pins of one object, counted by thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._readers: dict[int, int] = {}
        self._alone: int | None = None
        self._waiting = 0

    @property
    def is_wanted(self) -> bool:
        """Whether a reader waits for whoever is alone."""
        return self._waiting > 0

    @property
    def count(self) -> int:
        """Threads that read now."""
        return len(self._readers)

    @property
    def is_held_here(self) -> bool:
        """Whether this thread reads now."""
        return threading.get_ident() in self._readers

    def wait_free(self, wait_s: float) -> bool:
        """Wait until nobody reads or is alone, at most so long; whether that is so. It may not be so any more when this returns."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._readers and self._alone is None, wait_s)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep the object in use within the block, which ends in the same thread."""
        me = threading.get_ident()
        with self._changed:
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: self._alone in (None, me) or me in self._readers)
            finally:
                self._waiting -= 1
            self._readers[me] = self._readers.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                left = self._readers.get(me, 1) - 1
                if left:
                    self._readers[me] = left
                else:
                    self._readers.pop(me, None)
                    self._changed.notify_all()

    @contextmanager
    def alone(self, wait_s: float, *, gives_way: bool = False) -> Iterator[bool]:
        """Be alone with the object within the block; yields False when readers do not end within `wait_s` or this thread is one.

        `gives_way`: readers that come meanwhile are let in, and it waits for a moment without any.
        """
        got = self._enter_alone(wait_s, gives_way=gives_way)
        try:
            yield got
        finally:
            if got:
                self._leave_alone()

    def after_fork(self) -> None:
        """Only this thread is left."""
        me = threading.get_ident()
        self._changed = threading.Condition(threading.Lock())
        self._readers = {me: self._readers[me]} if me in self._readers else {}
        self._alone = me if self._alone == me else None
        self._waiting = 0

    def _enter_alone(self, wait_s: float, *, gives_way: bool) -> bool:
        me = threading.get_ident()
        with self._changed:
            if me in self._readers or self._alone == me:
                return False
            if not self._changed.wait_for(lambda: self._alone is None and not (gives_way and self._readers), wait_s):
                return False
            self._alone = me
            if self._changed.wait_for(lambda: not self._readers, wait_s):
                return True
            self._alone = None
            self._changed.notify_all()
            return False

    def _leave_alone(self) -> None:
        with self._changed:
            self._alone = None
            self._changed.notify_all()
