"""What was used when: a file of its own beside the index, which may vanish at any time and costs no answer anything.

The last use of each thing (`note`, `recent`), the last questions one by one with what they touched (`visit`, `visits`), and
what was learned of them (`keep`, opaque here). Holds kinds, opaque ids and times; never the text of a question. Not here: what is
made of it (warming). Invariants: noting never waits and never fails; what cannot be written is dropped and counted; at most
`MOST_ROWS` uses and `MOST_VISITS` visits, none older than `OLDEST_S`.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from lepasserelle.durable.quarantine import put_aside
from lepasserelle.durable.regular import instead_of_file
from lepasserelle.memory.forks import renew_after_fork
from lepasserelle.storage.layout import ACCESS_LOG, QUARANTINE
from lepasserelle.storage.schema import SUFFIXES
from lepasserelle.storage.sqlite_failures import is_damage

T = TypeVar("T")

MOST_ROWS: Final = 4_096
MOST_VISITS: Final = 2_048
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
_VISITS: Final = (
    "CREATE TABLE IF NOT EXISTS visits (id INTEGER PRIMARY KEY, at_s REAL, asked TEXT, branch BLOB, items TEXT)",
    "INSERT INTO visits (at_s, asked, branch, items) VALUES (?, ?, ?, ?)",
    "DELETE FROM visits WHERE id <= (SELECT max(id) FROM visits) - ?3 OR at_s < ?1 OR at_s > ?2 + 60",
)

_KEPT: Final = "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value BLOB)"
_IDENTITY: Final = "INSERT OR IGNORE INTO kept VALUES ('identity', ?)"
_LEARNED: Final = "INSERT INTO kept VALUES ('learned', ?) ON CONFLICT DO UPDATE SET value = excluded.value"
_STANDING: Final = (
    "SELECT (SELECT value FROM kept WHERE name = 'identity'), (SELECT max(id) FROM visits),"
    " (SELECT value FROM kept WHERE name = 'learned')"
)
_IDENTITY_BYTES: Final = 8


class Standing(NamedTuple):
    """Which log it is, and how far."""

    identity: bytes
    """Another one for each file that was begun, so that a log which was lost and begun anew is told from its forerunner."""
    newest: int
    """Number of the last visit; 0: none."""
    learned: bytes
    """What was kept last; empty: nothing."""


class LoggedVisit(NamedTuple):
    """One question and what it touched."""

    number: int
    """Grows from visit to visit."""
    at_s: float
    asked: str
    """Kind of question."""
    branch: bytes
    """Which branch was checked out, as an opaque id; empty when there is none."""
    items: tuple[str, ...]
    """Caches, answers (as opaque ids) or blocks of pages (segment, bytes of a block, number)."""


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
        self.is_on: Final = is_on
        self._clock = clock
        self._waiting: dict[tuple[str, bytes], float] = {}
        self._visits: list[tuple[float, str, bytes, str]] = []
        self._writing = threading.Lock()
        self.dropped = 0
        """Uses that were noted and not written."""
        renew_after_fork(self)

    def note(self, kind: str, item: bytes = b"") -> None:
        """Something was used now."""
        if not self.is_on:
            return
        if len(self._waiting) < MOST_WAITING or (kind, item) in self._waiting:
            self._waiting[kind, item] = self._clock()
        else:
            self.dropped += 1

    def visit(self, asked: str, branch: bytes, items: Sequence[str]) -> None:
        """A question was asked now, and touched these items."""
        if not self.is_on:
            return
        if len(self._visits) < MOST_WAITING:
            self._visits.append((self._clock(), asked, branch, "\n".join(items)))
        else:
            self.dropped += 1

    def flush(self) -> int:
        """Write what was noted; how many rows. Drops it where it cannot be written, or no index is there."""
        with self._writing:
            waiting, self._waiting = self._waiting, {}
            visits, self._visits = self._visits, []
            if not waiting and not visits:
                return 0
            try:
                written = self._write(waiting, visits) if self._path.parent.is_dir() else 0
            except (sqlite3.Error, OSError) as error:
                written = 0
                self._put_away(error)
            self.dropped += len(waiting) + len(visits) - written
            return written

    def visits(self, after: int = 0) -> list[LoggedVisit]:
        """The last visits with a higher number than `after`, the oldest first, by whatever process."""
        query = "SELECT id, at_s, asked, branch, items FROM visits WHERE id > ? ORDER BY id"
        return self._rows("visits", query, after, _visit_of)

    def standing(self) -> Standing | None:
        """None: there is no log now, it cannot be read, or it has not been written since it knows its identity."""
        return next(iter(self._rows("kept", _STANDING, None, _standing_of)), None)

    def keep(self, learned: bytes, instead_of: bytes) -> bool:
        """Keep this beside the visits, if what was kept is still `instead_of`. False: another process was first, or it cannot be
        written, which costs nothing but to learn it again.
        """
        if not self.is_on or not self._path.is_file():
            return False
        try:
            with self._writing, closing(self._open()) as connection:
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("BEGIN IMMEDIATE")
                if not _has(connection, "kept"):
                    return False
                row = connection.execute("SELECT value FROM kept WHERE name = 'learned'").fetchone()
                if (row[0] if row else b"") != instead_of:
                    return False
                connection.execute(_LEARNED, (learned,))
                connection.execute("COMMIT")
                return True
        except (sqlite3.Error, OSError) as error:
            self._put_away(error)
            return False

    def recent(self, limit: int = MOST_ROWS) -> list[Use]:
        """The last uses, the newest first, by whatever process. Empty when nothing is known."""
        query = "SELECT kind, item, at_s FROM uses ORDER BY at_s DESC, kind, item LIMIT ?"
        return self._rows("uses", query, limit, lambda row: Use(str(row[0]), bytes(row[1]), float(row[2])))

    def after_fork(self) -> None:
        """What the parent noted the parent writes."""
        self._writing = threading.Lock()
        self._waiting = {}
        self._visits = []

    def _rows(self, needed: str, query: str, argument: int | None, made: Callable[[Sequence[Any]], T]) -> list[T]:
        """Rows of the log; none where there is no log, it is of before the table that is needed, or it is damaged, which puts it
        away.
        """
        self.flush()
        if not self.is_on or not self._path.is_file():
            return []
        try:
            with closing(self._open()) as connection:
                if not _has(connection, needed):
                    return []
                return [made(row) for row in connection.execute(query, () if argument is None else (argument,))]
        except (sqlite3.Error, OSError, TypeError, ValueError, AttributeError) as error:
            self._put_away(error)
            return []

    def _open(self) -> sqlite3.Connection:
        for suffix in SUFFIXES:
            if found := instead_of_file(path := self._path.with_name(self._path.name + suffix)):
                put_aside(path, self._path.parent / QUARANTINE)
                raise OSError(f"there is {found} in its place")
        return sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)

    def _write(self, waiting: dict[tuple[str, bytes], float], visits: list[tuple[float, str, bytes, str]]) -> int:
        now_s = self._clock()
        with closing(self._open()) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_SCHEMA)
            connection.execute(_KEPT)
            connection.execute(_IDENTITY, (os.urandom(_IDENTITY_BYTES),))
            connection.executemany(_UPSERT, [(kind, item, at_s) for (kind, item), at_s in waiting.items()])
            connection.execute(_BOUND, (now_s - OLDEST_S, now_s, MOST_ROWS))
            connection.execute(_VISITS[0])
            connection.executemany(_VISITS[1], visits)
            connection.execute(_VISITS[2], (now_s - OLDEST_S, now_s, MOST_VISITS))
            connection.execute("COMMIT")
        return len(waiting) + len(visits)

    def _put_away(self, error: Exception) -> None:
        """A damaged log is worth nothing: the next flush makes a new one."""
        if not isinstance(error, OSError) and (not isinstance(error, sqlite3.Error) or is_damage(error)):
            with suppress(OSError):
                self._path.unlink()


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone() is not None


def _standing_of(row: Sequence[Any]) -> Standing:
    identity, newest, learned = row
    return Standing(bytes(identity), int(newest or 0), bytes(learned or b""))


def _visit_of(row: Sequence[Any]) -> LoggedVisit:
    number, at_s, asked, branch, items = row
    return LoggedVisit(int(number), float(at_s), str(asked), bytes(branch), tuple(items.split("\n")) if items else ())
