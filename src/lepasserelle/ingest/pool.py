"""The parse children: hands files out, takes results in, and survives children that die. Stores nothing and builds nothing.

The caller's thread alone decides; one listener thread a child only receives, into a queue that is bounded in bytes: a caller that
is slow to store what comes makes the children wait. A child answers in the order of its entries, so the first entry without an
answer is the one it was at when it died: that file is tried once more, alone, and then left out with a reason.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Final, Self

from lepasserelle.errors import WorkerError, in_megabytes
from lepasserelle.files import FileEntry
from lepasserelle.ingest.child import Child
from lepasserelle.ingest.messages import Parsed, ParseJob, Ready, Reply, Start, Unread

QUEUE_BYTES: Final = 8 * 1024 * 1024
"""Results that wait to be stored; one more result a child may wait in its listener's hands."""

BATCH_FILES: Final = 16
BATCH_BYTES: Final = 256 * 1024
"""A job ends with the file that reaches either. Small, so that the last children end at the same time."""

JOBS_AHEAD: Final = 2
"""Jobs that a child has at once, so that it never waits for the parent."""

DEATHS_IN_A_ROW: Final = 64
"""So many deaths without one parsed file between them mean that the machine, and not a file, is the reason."""

MOST_STILLBORN: Final = 4
"""So many children killed before they were ready mean that none will be."""

SOON_FILES: Final = 256
SOON_BYTES: Final = 512 * 1024
"""With no more left to hand out, what comes after parsing should start: two cores parse it while a child imports what it needs."""

START_LIMIT_S: Final = 120.0
"""Longest time for a child to start: an interpreter and its imports, on a machine that is busy with something else."""

PLENTY_BYTES: Final = 2_000_000_000
"""With so much, memory is not why a parser dies: the densest file of the largest size allowed took 918 MB."""

_TICK_S: Final = 0.25


class ByteQueue:
    """A queue bounded by the bytes in it; one item is taken however large it is. Once closed, putting does nothing."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._items: deque[tuple[int, Reply | None, int]] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, number: int, reply: Reply | None) -> None:
        """Add what child `number` said, waiting while the queue is full."""
        size = _size(reply)
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._items or self._bytes + size <= self._limit_bytes)
            if not self._closed:
                self._items.append((number, reply, size))
                self._bytes += size
                self._changed.notify_all()

    def get(self, timeout_s: float) -> tuple[int, Reply | None] | None:
        """The oldest item, or None when there is none within the time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._items, timeout_s):
                return None
            number, reply, size = self._items.popleft()
            self._bytes -= size
            self._changed.notify_all()
            return number, reply

    def close(self) -> None:
        """Forget everything and let all who wait go on."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify_all()


def _size(reply: Reply | None) -> int:
    if isinstance(reply, Parsed) and reply.content is not None:
        return len(reply.content.facts) + len(reply.content.terms) + len(reply.content.text)
    return 0


class _Hand:
    """One running child with what it has still to answer."""

    def __init__(self, number: int, child: Child) -> None:
        self.number = number
        self.child = child
        self.entries: deque[FileEntry] = deque()
        self.ready = False
        self.closing = False
        self.overdue = False
        self.busy_since_s = time.monotonic()


class ParsePool:
    """Up to `workers` children that parse; a context manager that leaves none behind.

    `soon_done` is called when few bytes still wait for a child, `covers` with the process ids of all children when they change.
    `most_bytes`: what they may take together; each is held to its part of it, and one that is alone to all of it.
    `waiting`: a child that was started before and knows `start` already, if there is one.
    Raises `WorkerError` when children cannot be started or keep dying whatever the file.
    """

    def __init__(
        self,
        spawn: Callable[[], Child],
        start: Start,
        workers: int,
        limit_s: float,
        soon_done: Callable[[], None] = lambda: None,
        covers: Callable[..., None] = lambda *_: None,
        most_bytes: int | None = None,
        waiting: Callable[[Start], Child | None] = lambda _: None,
    ) -> None:
        self._covers = covers
        self._waiting = waiting
        self._most_bytes = most_bytes
        self._soon_done = soon_done
        self._spawn = spawn
        self._start = start
        self._workers = workers
        self._limit_s = limit_s
        self._queue = ByteQueue(QUEUE_BYTES)
        self._hands: dict[int, _Hand] = {}
        self._numbers = 0
        self._pending: deque[FileEntry] = deque()
        self._alone: deque[FileEntry] = deque()
        self._deaths = 0
        self._stillborn = 0
        self._told_soon_done = False
        self.deaths = 0
        """Children that died or had to be killed so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._queue.close()
        for hand in self._hands.values():
            hand.child.kill()
        self._hands.clear()

    def run(self, entries: Iterable[FileEntry]) -> Iterator[Parsed | Unread]:
        """What every entry's file says, in any order, each path once."""
        self._pending.extend(sorted(entries, key=lambda entry: (-entry.size_bytes, entry.path)))
        yield from self._drain(self._workers, alone=False)
        while self._alone:
            self._pending.append(self._alone.popleft())
            yield from self._drain(1, alone=True)

    def _drain(self, workers: int, *, alone: bool) -> Iterator[Parsed | Unread]:
        """Run until nothing is pending and every child has left."""
        while self._pending or self._hands:
            self._hand_out(workers, batch_files=1 if alone else BATCH_FILES)
            item = self._queue.get(_TICK_S)
            if item is None:
                self._kill_overdue()
                continue
            number, reply = item
            outcome = (
                self._died(self._hands.pop(number), alone=alone) if reply is None else self._answered(self._hands[number], reply)
            )
            if outcome is not None:
                yield outcome

    def _hand_out(self, workers: int, batch_files: int) -> None:
        """Give every child that has little to do its next job; start children while there is work for them; let idle ones go."""
        for hand in list(self._hands.values()):
            while self._pending and len(hand.entries) <= (JOBS_AHEAD - 1) * batch_files and not hand.closing:
                self._give(hand, batch_files)
            if not self._pending and not hand.entries and hand.ready and not hand.closing:
                hand.closing = True
                hand.child.end_input()
        while self._pending and len(self._hands) < workers:
            self._give(self._open(workers), batch_files)
        if not self._told_soon_done and self._is_soon_done():
            self._told_soon_done = True
            self._soon_done()

    def _is_soon_done(self) -> bool:
        waiting = self._pending
        return len(waiting) <= SOON_FILES and sum(entry.size_bytes for entry in waiting) <= SOON_BYTES

    def _open(self, workers: int) -> _Hand:
        waiting = self._waiting(self._start)
        child = waiting if waiting is not None else self._spawn()
        child.hold_to(None if self._most_bytes is None else self._most_bytes // workers)
        number = self._numbers
        self._numbers += 1
        hand = self._hands[number] = _Hand(number, child)
        self._covers(*(one.child.pid for one in self._hands.values()))
        child.listen(lambda reply: self._queue.put(number, reply))
        if waiting is None:
            child.send(self._start)
        return hand

    def _give(self, hand: _Hand, batch_files: int) -> None:
        batch: list[FileEntry] = []
        batch_bytes = 0
        while self._pending and len(batch) < batch_files and batch_bytes < BATCH_BYTES:
            entry = self._pending.popleft()
            batch.append(entry)
            batch_bytes += entry.size_bytes
        if not hand.entries:
            hand.busy_since_s = time.monotonic()
        hand.entries.extend(batch)
        hand.child.send(ParseJob(batch))

    def _answered(self, hand: _Hand, reply: Reply) -> Parsed | Unread | None:
        if isinstance(reply, Ready):
            hand.ready = True
            hand.busy_since_s = time.monotonic()
            return None
        if not isinstance(reply, Parsed | Unread) or not hand.entries or reply.path != hand.entries[0].path:
            raise WorkerError(f"a child answered {type(reply).__name__} out of turn; try again, and report it if it happens again")
        hand.entries.popleft()
        hand.busy_since_s = hand.child.last_reply_s
        self._deaths = 0
        return reply

    def _died(self, hand: _Hand, *, alone: bool) -> Unread | None:
        """Take back what a child that has ended did not answer; what becomes of the file it was at."""
        ending = hand.child.how_it_ended()
        if hand.closing and not hand.entries:
            return None
        if not hand.ready:
            self._stillborn += 1
            if ending.startswith("signal") and self._stillborn < MOST_STILLBORN:  # killed from outside: another one may live
                self._pending.extendleft(reversed(hand.entries))
                return None
            raise WorkerError(
                f"a child process could not start ({ending}). Check the installation with `python -m lepasserelle.ingest.worker`."
            )
        self.deaths += 1
        self._deaths += 1
        if self._deaths >= DEATHS_IN_A_ROW:
            raise WorkerError(
                f"{self._deaths} children died in a row, the last by {ending}. Is there enough memory? Try fewer `workers`."
            )
        if not hand.entries:
            return None
        in_flight = hand.entries.popleft()
        self._pending.extendleft(reversed(hand.entries))
        if alone:
            reason = f"parser took longer than {self._limit_s:g} s" if hand.overdue else f"parser died ({ending}{self._held_to()})"
            return Unread(in_flight.path, reason, died=True)
        self._alone.append(in_flight)
        return None

    def _held_to(self) -> str:
        """What a person has to know of a death that memory may be the reason of."""
        most_bytes = self._most_bytes
        return f"; it could take {in_megabytes(most_bytes)}" if most_bytes is not None and most_bytes < PLENTY_BYTES else ""

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for hand in self._hands.values():
            limit_s = self._limit_s if hand.ready else START_LIMIT_S
            if hand.entries and not hand.overdue and now - hand.busy_since_s > limit_s:
                hand.overdue = True
                hand.child.strike()


def worker_count(setting: int | None, usable_cores: int, entries: Sequence[FileEntry]) -> int:
    """Children worth starting: as many as set or as there are cores (8 at most), and one for every 256 KiB or 16 files."""
    wanted = setting if setting is not None else min(usable_cores, 8)
    total_bytes = sum(entry.size_bytes for entry in entries)
    jobs = max(total_bytes // BATCH_BYTES, len(entries) // BATCH_FILES) + 1
    return max(1, min(wanted, jobs))
