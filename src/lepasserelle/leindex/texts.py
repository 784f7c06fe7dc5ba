"""Texts of one generation as questions for lines read them: unpacked ones stay in memory while there is room.

Unpacking takes two thirds of a question for a common text (docs/decisions/286). Not here: how much may stay (who asks says so by
`growing`), and when memory is short (the manager; the search index lets its texts go first). Invariants: what is kept is counted,
and never more than was granted; without a grant nothing is kept; a text that is let go of while it is searched stays until then.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from lepasserelle.storage import TextStore

Grant = Callable[[int], int]
"""(bytes that are not kept yet) → how many may be."""

ENTRY_BYTES: Final = 250
"""What a text takes beside its bytes: its object and its places in tables."""

WORTH_BYTES: Final = 1_000_000
"""A question that unpacks less gains less by keeping it (a millisecond) than it costs to look how much room there is (two)."""

QUESTIONS_KEPT: Final = 8
"""A text that so many questions in a row did not read makes room for another."""


class KeptTexts:
    """Reads as a `TextStore`, from any thread."""

    def __init__(self, store: TextStore) -> None:
        self._store = store
        self._mutex = threading.Lock()
        self._asking = threading.Lock()
        """Held by the question that may have texts stay; one at a time, so that no room is given twice."""
        self._total_bytes: int | None = None
        self._question = 0
        self._grant: Grant | None = None
        self._left_bytes = 0
        self._waiting: list[tuple[int, bytes]] = []
        """Unpacked by the question that may have texts stay, until they are worth asking."""
        self._waiting_bytes = 0
        self._forget_all()

    @property
    def held_bytes(self) -> int:
        """What is kept takes so much heap."""
        return self._held_bytes

    def read(self, file_index: int) -> bytes:
        """The whole text of a file. Raises as `TextStore.read` does."""
        data = self._texts.get(file_index)
        if data is None:
            data = self._store.read(file_index)
            if self._grant is not None or self._left_bytes:
                self._keep(file_index, data)
        self._read_in[file_index] = self._question
        return data

    @contextmanager
    def growing(self, grant: Grant) -> Iterator[None]:
        """Keep what is unpacked within the block, as far as `grant` allows, which is asked when that is `WORTH_BYTES`. What was
        not read for long makes room when it is not enough. The first block keeps nothing, since many a process asks one question
        only; nor does the second of two at a time.
        """
        if not self._asking.acquire(blocking=False):
            yield
            return
        try:
            self._question += 1
            self._grant = grant if self._question > 1 else None
            yield
        finally:
            with self._mutex:
                self._grant, self._left_bytes, self._waiting, self._waiting_bytes = None, 0, [], 0
            self._asking.release()

    def let_go(self) -> int:
        """Keep none of them; returns bytes. What was granted and is not taken yet stays granted."""
        with self._mutex:
            held_bytes = self._held_bytes
            self._forget_all()
            return held_bytes

    def _keep(self, file: int, data: bytes) -> None:
        with self._mutex:
            self._waiting.append((file, data))
            self._waiting_bytes += len(data)
            if self._grant is not None and self._waiting_bytes < WORTH_BYTES:
                return
            grant, self._grant = self._grant, None
        granted_bytes = 0 if grant is None else self._granted(grant)
        with self._mutex:
            self._left_bytes += granted_bytes
            waiting, self._waiting = self._waiting, []
            for file, data in waiting:
                size_bytes = _kept_bytes(len(data))
                if size_bytes <= self._left_bytes and file not in self._texts:
                    self._texts[file] = data
                    self._left_bytes -= size_bytes
                    self._held_bytes += size_bytes

    def _granted(self, grant: Grant) -> int:
        if self._total_bytes is None:
            self._total_bytes = sum(_kept_bytes(self._store.size_bytes(file)) for file in range(self._store.file_count))
        wanted_bytes = self._total_bytes - self._held_bytes
        granted_bytes = min(wanted_bytes, grant(wanted_bytes))
        if granted_bytes < wanted_bytes:
            granted_bytes += self._made_room()
        return granted_bytes

    def _made_room(self) -> int:
        """Let go of what was not read for long; returns bytes."""
        freed_bytes = 0
        with self._mutex:
            for file, data in list(self._texts.items()):
                if self._read_in.get(file, 0) + QUESTIONS_KEPT < self._question:
                    del self._texts[file]
                    freed_bytes += _kept_bytes(len(data))
            self._held_bytes -= freed_bytes
        return freed_bytes

    def _forget_all(self) -> None:
        self._texts: dict[int, bytes] = {}
        self._read_in: dict[int, int] = {}
        self._held_bytes = 0


def _kept_bytes(size_bytes: int) -> int:
    return size_bytes + ENTRY_BYTES
