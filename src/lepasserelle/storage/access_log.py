"""When what was used last: a file of its own beside the index, which may vanish at any time and costs no answer anything.

Holds kinds, opaque ids and times; never the text of a question. Not here: what is made of it (warming). Invariants: noting never
waits and never fails; what cannot be written is dropped and counted; at most `MOST_ROWS` rows, none older than `OLDEST_S`.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple

from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.storage.layout import ACCESS_LOG
from lepasserelle.storage.sqlite_failures import is_damage

MOST_ROWS: Final = 4_096
MOST_WAITING: Final = 1_024
OLDEST_S: Final = 90 * 86_400.0
_BUSY_S: Final = 0.2

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS uses (kind TEXT, item BLOB, at_s REAL, count INTEGER, PRIMARY KEY (kind, item)) WITHOUT ROWID"
)
_UPSERT: Final = "INSERT INTO uses VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET at_s = max(at_s, excluded.at_s), count = count + 1"
_BOUND: Final = (
    "DELETE FROM uses WHERE at_s < ?1 OR at_s > ?2 + 60"
    " OR (kind, item) IN (SELECT kind, item FROM uses ORDER BY at_s DESC, kind, item LIMIT -1 OFFSET ?3)"
)


class Use(NamedTuple):
    """The last use of something."""

    kind: str
    item: bytes
    at_s: float
    """Seconds since the epoch."""


class AccessLog:
    """The log of one index folder. Safe for threads and several processes."""

    def __init__(self, folder: Path, *, is_on: bool = True, clock: Callable[[], float] = time.time) -> None:
        """Touches nothing. `is_on` False: nothing is noted and nothing remembered."""
        self._path = folder / ACCESS_LOG
        self._is_on = is_on
        self._clock = clock
        self._waiting: dict[tuple[str, bytes], float] = {}
        self._writing = threading.Lock()
        self.dropped = 0
        """Uses that were noted and not written."""
        renew_after_fork(self)

    def note(self, kind: str, item: bytes = b"") -> None:
        """Something was used now."""
        if not self._is_on:
            return
        if len(self._waiting) < MOST_WAITING or (kind, item) in self._waiting:
            self._waiting[kind, item] = self._clock()
        else:
            self.dropped += 1

    def flush(self) -> int:
        """Write what was noted; how many rows. Drops it where it cannot be written, or no index is there."""
        with self._writing:
            waiting, self._waiting = self._waiting, {}
            if not waiting:
                return 0
            try:
                written = self._write(waiting) if self._path.parent.is_dir() else 0
            except (sqlite3.Error, OSError) as error:
                written = 0
                self._put_away(error)
            self.dropped += len(waiting) - written
            return written

    def recent(self, limit: int = MOST_ROWS) -> list[Use]:
        """The last uses, the newest first, by whatever process. Empty when nothing is known."""
        self.flush()
        if not self._is_on or not self._path.is_file():
            return []
        try:
            with closing(self._open()) as connection:
                rows = connection.execute("SELECT kind, item, at_s FROM uses ORDER BY at_s DESC, kind, item LIMIT ?", (limit,))
                return [Use(str(kind), bytes(item), float(at_s)) for kind, item, at_s in rows]
        except (sqlite3.Error, OSError, TypeError, ValueError) as error:
            self._put_away(error)
            return []

    def after_fork(self) -> None:
        """What the parent noted the parent writes."""
        self._writing = threading.Lock()
        self._waiting = {}

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)

    def _write(self, waiting: dict[tuple[str, bytes], float]) -> int:
        now_s = self._clock()
        with closing(self._open()) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_SCHEMA)
            connection.executemany(_UPSERT, [(kind, item, at_s) for (kind, item), at_s in waiting.items()])
            connection.execute(_BOUND, (now_s - OLDEST_S, now_s, MOST_ROWS))
            connection.execute("COMMIT")
        return len(waiting)

    def _put_away(self, error: Exception) -> None:
        """A damaged log is worth nothing: the next flush makes a new one."""
        if not isinstance(error, OSError) and (not isinstance(error, sqlite3.Error) or is_damage(error)):
            with suppress(OSError):
                self._path.unlink()
