"""The tables of lestockage and how its database is opened. Holds no logic of what goes into them.

Readable with the `sqlite3` command: `files`, `generations`, and the views `symbols` and `edges`. Paths are TEXT whose bytes may be
no UTF-8 (a path is what the file system says). Settings that matter: WAL (readers never block the writer), `secure_delete` (what is
deleted is overwritten with zeros), incremental vacuum (the file shrinks again), `synchronous = NORMAL` (a power cut may take the
last staged batches, never the consistency; a commit ends with a checkpoint, which syncs), and `OFF` until the first commit
(`wait_for_device`).
"""

import sqlite3
from pathlib import Path

from lepasserelle.durable.regular import instead_of_file
from lepasserelle.durable.steps import step
from lepasserelle.storage.versions import LESTOCKAGE_VERSION, VersionMismatch

APPLICATION_ID = 0x4C455053
"""`LEPS`, so that `file` and we know whose database it is."""

SUFFIXES = ("", "-wal", "-shm", "-journal")
"""Of the files that SQLite opens."""

BUSY_TIMEOUT_MS = 10_000
_MOST_WAL_BYTES = 64 << 20
_MOST_CELL_BYTES = 1 << 29

_TABLES = """
CREATE TABLE contents (
  id INTEGER PRIMARY KEY,
  fingerprint BLOB NOT NULL, language TEXT NOT NULL, facts_version INTEGER NOT NULL,
  definition_count INTEGER NOT NULL, problem_count INTEGER NOT NULL,
  facts_checksum BLOB NOT NULL, terms_checksum BLOB NOT NULL, text_checksum BLOB NOT NULL,
  checksum BLOB NOT NULL,
  UNIQUE (fingerprint, language, facts_version)
);
CREATE TABLE blobs (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE files (
  path TEXT PRIMARY KEY NOT NULL, size_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, flags INTEGER NOT NULL,
  module TEXT NOT NULL, fingerprint BLOB NOT NULL, language TEXT NOT NULL, definition_count INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE generations (
  generation INTEGER PRIMARY KEY, file_count INTEGER NOT NULL, digest BLOB NOT NULL, committed_at TEXT NOT NULL,
  checksum BLOB NOT NULL
);
CREATE TABLE row_files (
  id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, generation INTEGER NOT NULL,
  symbols_digest BLOB NOT NULL, edges_digest BLOB NOT NULL
);
CREATE TABLE symbol_rows (
  id INTEGER PRIMARY KEY, symbol TEXT, kind TEXT, start_line INTEGER, end_line INTEGER, signature TEXT
);
CREATE TABLE edge_types (id INTEGER PRIMARY KEY, kind TEXT, resolution TEXT, reason TEXT);
CREATE TABLE edge_rows (
  id INTEGER PRIMARY KEY, source INTEGER, target TEXT, type INTEGER, line INTEGER
);
CREATE TABLE copies (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, pieces INTEGER NOT NULL, checksum BLOB NOT NULL
);
CREATE TABLE copy_pieces (id INTEGER PRIMARY KEY, checksum BLOB NOT NULL, data BLOB NOT NULL);
CREATE VIEW symbols AS
  SELECT path, symbol, kind, start_line, end_line, signature FROM symbol_rows JOIN row_files ON row_files.id = symbol_rows.id >> 24;
CREATE VIEW edges AS
  SELECT path, symbol AS source, target, edge_types.kind AS kind, resolution, reason, line
  FROM edge_rows JOIN row_files ON row_files.id = edge_rows.id >> 24 LEFT JOIN edge_types ON edge_types.id = edge_rows.type
  LEFT JOIN symbol_rows ON symbol_rows.id = (edge_rows.id >> 24 << 24) + edge_rows.source;
"""


class Altered(sqlite3.DatabaseError):
    """What SQLite read cannot have been written by us: damage, though SQLite did not notice."""


def connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    """A connection in autocommit mode, with the tables made if the database is new and `writable`.

    Raises `VersionMismatch` for a database of another version, `Altered` for one of another program and for what is no file,
    `sqlite3.Error` for the rest.
    """
    for suffix in SUFFIXES:
        if found := instead_of_file(path.with_name(path.name + suffix)):
            raise Altered(f"there is {found} in the place of {path.name}{suffix}")
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if writable else 'ro'}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        _configure(connection, writable=writable)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: sqlite3.Connection, *, writable: bool) -> None:
    connection.text_factory = decode_text
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_CELL_BYTES)
    connection.executescript("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;")
    if writable and _is_new(connection):
        _create(connection)
    version = _number(connection, "PRAGMA user_version")
    if _number(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise Altered("it is no database of this program")
    if version != LESTOCKAGE_VERSION:
        raise VersionMismatch("lestockage", version, LESTOCKAGE_VERSION)
    if writable:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA journal_size_limit = {_MOST_WAL_BYTES}")
        connection.execute("PRAGMA secure_delete = ON")
        wait_for_device(connection, waits=_number(connection, "SELECT count(*) FROM generations") > 0)


def wait_for_device(connection: sqlite3.Connection, *, waits: bool) -> None:
    """Say whether checkpoints wait until the device has what they write. Before the first commit they need not: what a power cut
    damages then is put aside, and nothing names it. The checkpoint behind that commit is to wait: it syncs the whole file.
    """
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if waits else 'OFF'}")


def _is_new(connection: sqlite3.Connection) -> bool:
    return _number(connection, "PRAGMA user_version") == 0 and not _number(connection, "SELECT count(*) FROM sqlite_master")


def _create(connection: sqlite3.Connection) -> None:
    """Waits for no device, which took ten times as long as all the rest: there is nothing to lose yet, and the checkpoint that the
    first commit ends with syncs the whole file.
    """
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    if _is_new(connection):  # another process may have been faster
        for statement in filter(str.strip, _TABLES.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {LESTOCKAGE_VERSION}")
    step("create.written")
    connection.execute("COMMIT")
    step("create.committed")


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def encode_text(text: str) -> bytes:
    """The bytes of a text that may hold lone surrogates, for `CAST(? AS TEXT)`."""
    return text.encode("utf-8", "surrogateescape")


def decode_text(data: bytes) -> str:
    """What `encode_text` encoded."""
    return data.decode("utf-8", "surrogateescape")
