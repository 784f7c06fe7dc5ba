"""What SQLite refused, said so that a person knows what to do; and whether the database itself is damaged.

Ours are fixed statements on our own schema: one that does not compile and a constraint that does not hold mean damage too.
"""

import errno
import os
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from lepasserelle.durable.failures import ELSEWHERE, TOO_MANY
from lepasserelle.errors import LockedError, StorageError

_PRIMARY = 0xFF
_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_SCHEMA,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_RANGE,
    }
)
_SHORT_READS = frozenset({sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS})

_OPENED_AT_ONCE: Final = 5
"""Files that SQLite may have open for one database: itself, log, index of the log, a folder, and where random numbers come from."""
_NOT_OPENED: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR})

_ADVICE = {
    sqlite3.SQLITE_FULL: "the disk or its quota is full. Free some space and try again; a complete index from before is as it was",
    sqlite3.SQLITE_IOERR: f"input/output error: the disk may be full, limited (ulimit -f) or failing. Check it, or {ELSEWHERE}",
    sqlite3.SQLITE_READONLY: f"it cannot be written. Give this user write access, or {ELSEWHERE}",
    sqlite3.SQLITE_CANTOPEN: f"it cannot be opened. Give this user access to the folder, or {ELSEWHERE}",
    sqlite3.SQLITE_PERM: f"permission denied. Give this user write access, or {ELSEWHERE}",
    sqlite3.SQLITE_NOMEM: "there is not enough memory. Close some programs and try again",
}


def is_damage(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether the database is damaged, rather than refused by the system or locked.

    Ours decode every text; what cannot be decoded is a name in the schema, spoiled on the disk.
    """
    if isinstance(error, UnicodeDecodeError):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the binding or by us
        return isinstance(error, sqlite3.DatabaseError)
    return code in _SHORT_READS or code & _PRIMARY in _DAMAGE


def is_unsound(connection: sqlite3.Connection) -> bool:
    """Whether SQLite, asked, finds its own structures damaged: a spoiled count of pages makes it say that the disk is full.

    Reads the whole database; meant for when something has failed already.
    """
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return is_damage(error)
    return found != [("ok",)]


def is_misuse(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether the caller made a mistake (a closed database, a value of a type that SQLite does not know)."""
    return isinstance(error, (sqlite3.ProgrammingError, sqlite3.InterfaceError))


def refusal(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> StorageError:
    """The error to raise for what is no damage."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return LockedError(f"another process holds {path}. Wait until it has finished, or stop it, and try again")
    if code in _NOT_OPENED and _lacks_descriptors():
        return StorageError(f"cannot use {path}: {TOO_MANY}")
    return StorageError(f"cannot use {path}: {_ADVICE.get(code, f'{error}. Check the folder, or {ELSEWHERE}')}")


def _lacks_descriptors() -> bool:
    """Whether this process may not open as many files as one database takes: SQLite does not say why it cannot open one."""
    with ExitStack() as opened:
        try:
            for _ in range(_OPENED_AT_ONCE):
                opened.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            return error.errno in (errno.EMFILE, errno.ENFILE)
    return False
