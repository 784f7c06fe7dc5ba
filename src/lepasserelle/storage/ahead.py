"""Some of what is asked for next, read in one transaction: to begin and end one takes as long as to read what a file has.

Not here: what a blob is and how it is verified (`contents`). Invariant: no transaction is open when a call returns, so a reader
that pauses holds up neither the writer nor the log.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from lepasserelle.storage import contents
from lepasserelle.storage.contents import BlobKind, Missing
from lepasserelle.storage.damage import DamagedFacts
from lepasserelle.storage.records import IndexedFile

MOST: Final = 64
MOST_BYTES: Final = 1 << 18
"""Held until they are asked for, by one blob more at most."""


def blobs(
    connection: sqlite3.Connection, kind: BlobKind, files: Iterator[IndexedFile]
) -> tuple[list[tuple[IndexedFile, bytes]], DamagedFacts | None]:
    """The verified blobs of the next files, none at the end of `files`; and what is wrong with the one after them, if anything."""
    found: list[tuple[IndexedFile, bytes]] = []
    size_bytes = 0
    with _one_look(connection):
        for file in islice(files, MOST):
            try:
                blob = contents.read(connection, file.key, kind)
            except Missing as error:
                return found, DamagedFacts(file.key, file.path, str(error))
            found.append((file, blob))
            size_bytes += len(blob)
            if size_bytes >= MOST_BYTES:
                break
    return found, None


@contextmanager
def _one_look(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that only reads, unless one is open already."""
    begun = not connection.in_transaction
    if begun:
        connection.execute("BEGIN")
    try:
        yield
    finally:
        if begun and connection.in_transaction:  # an error of SQLite's may have ended it
            connection.execute("ROLLBACK")
