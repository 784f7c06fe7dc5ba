"""Symbols and edges as rows that a person can query; nothing of ours answers from them. Rebuildable from the blobs at any time.

A digest per file tells which files' rows have to be written again, and `damaged` which were altered. Transactions are the caller's.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import msgspec
import xxhash

from lepasserelle.storage.schema import Altered, encode_text

SymbolRow = tuple[str, str, int, int, str]
"""(symbol, kind, start_line, end_line, signature)."""
EdgeRow = tuple[int, str, int, int]
"""(the source's place among the symbols of its file, target, place among the types of edges, line)."""
EdgeType = tuple[str, str, str]
"""(kind, resolution, reason)."""


class _Table(NamedTuple):
    name: str
    columns: int
    digest: str


_SYMBOLS = _Table("symbol_rows", 5, "symbols_digest")
_EDGES = _Table("edge_rows", 4, "edges_digest")
_NOTHING = b""
_TYPE_SHIFT = 17
"""Leaves 47 bits, which SQLite keeps in six bytes: of a hundred types two have one number in one of 10^10 tables."""
_NUMBER_BITS = 24
_ROWS_AT_ONCE = 32
"""Times six columns; SQLite allows 999 values in one statement, before 3.32. Takes an eighth less of the time than one by one."""


def write(
    connection: sqlite3.Connection,
    generation: int,
    symbols: Iterable[tuple[str, Iterable[SymbolRow]]],
    edges: Iterable[tuple[str, Iterable[EdgeRow]]],
    types: Sequence[EdgeType],
    *,
    others_stay: bool = False,
) -> int:
    """Make the tables hold exactly these rows, each path once per table (`others_stay`: and what they hold of other paths); returns
    how many (file, table) pairs were rewritten. `types` has those of all rows.
    """
    stored = _files(connection)
    numbers = _keep_types(connection, types)
    numbered = ((path, [(source, target, numbers[of], line) for source, target, of, line in group]) for path, group in edges)
    known = {path: row_id for row_id, path, *_ in stored}
    seen: set[str] = set()
    written = 0
    for number, (table, groups) in enumerate(((_SYMBOLS, symbols), (_EDGES, numbered)), 2):
        digests = {file[0]: file[number] for file in stored}
        seen_here: set[str] = set()
        writing = _Writing(connection, table)
        for path, group in groups:
            seen_here.add(path)
            if path not in known:
                known[path] = _new_file(connection, generation, path)
            row_id = known[path]
            writing.rewrite(row_id, digests.get(row_id, _EMPTY), group)
        for path in () if others_stay else known.keys() - seen_here:
            row_id = known[path]
            writing.rewrite(row_id, digests.get(row_id, _EMPTY), ())
        written += writing.end(generation)
        seen |= seen_here
    gone = () if others_stay else known.keys() - seen
    connection.executemany("DELETE FROM row_files WHERE id = ?", [(known[path],) for path in gone])
    return written


def are_of(connection: sqlite3.Connection, paths: Iterable[str]) -> bool:
    """Whether there are rows of these files and of no others, none of them found damaged so far."""
    stored = _files(connection)
    return {file[1] for file in stored} == set(paths) and not any(_NOTHING in file[2:] for file in stored)


def damaged(connection: sqlite3.Connection) -> list[str]:
    """Paths whose rows are not those that were written. Their digests are forgotten, so that the next `write` mends them."""
    paths: list[str] = []
    types = _whole_types(connection)
    for row_id, path, *digests in _files(connection):
        found = [_writable(_stored(connection, table, row_id))[1] for table in (_SYMBOLS, _EDGES)]
        if found != digests or not types.issuperset(_types_of(connection, row_id)):
            paths.append(path)
            connection.execute(
                "UPDATE row_files SET symbols_digest = ?, edges_digest = ? WHERE id = ?", (_NOTHING, _NOTHING, row_id)
            )
    return paths


def _files(connection: sqlite3.Connection) -> list[tuple[int, str, object, object]]:
    """Rows of `row_files`. Not through its index, which may say something else when one of the two is damaged."""
    found = connection.execute("SELECT id, path, symbols_digest, edges_digest FROM row_files NOT INDEXED").fetchall()
    if not all(isinstance(row_id, int) and isinstance(path, str) for row_id, path, *_ in found):
        raise Altered("row_files is altered")
    return sorted(found, key=lambda row: encode_text(row[1]))


def _writable(group: Iterable[tuple[object, ...]]) -> tuple[list[tuple[object, ...]], bytes]:
    """(the rows, their digest); where a name holds bytes that are no UTF-8 (from a path), those written as escapes."""
    found = list(group)
    try:
        return found, _digest(found)
    except UnicodeEncodeError:
        found = [tuple(_escaped(value) if isinstance(value, str) else value for value in row) for row in found]
    return found, _digest(found)


def _escaped(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _new_file(connection: sqlite3.Connection, generation: int, path: str) -> int:
    row_id = connection.execute(
        "INSERT INTO row_files (path, generation, symbols_digest, edges_digest) VALUES (CAST(? AS TEXT), ?, ?, ?)",
        (encode_text(path), generation, _EMPTY, _EMPTY),
    ).lastrowid
    assert row_id is not None
    return row_id


def _keep_types(connection: sqlite3.Connection, types: Sequence[EdgeType]) -> list[int]:
    """Have these types of edges and no others; their numbers. Each follows from the words, so that rows that stay keep theirs."""
    numbers = [_type_number(words) for words in types]
    connection.execute("DELETE FROM edge_types")
    connection.executemany(
        "INSERT OR REPLACE INTO edge_types VALUES (?, ?, ?, ?)", [(n, *t) for n, t in zip(numbers, types, strict=True)]
    )
    return numbers


def _type_number(words: Iterable[object]) -> int:
    return xxhash.xxh3_64_intdigest(msgspec.msgpack.encode([*words])) >> _TYPE_SHIFT


def _whole_types(connection: sqlite3.Connection) -> set[object]:
    """Numbers of the types of edges whose words are those that were written."""
    return {
        number
        for number, *words in connection.execute("SELECT id, kind, resolution, reason FROM edge_types")
        if _type_number(words) == number
    }


def _types_of(connection: sqlite3.Connection, row_id: int) -> set[object]:
    return {
        number for (number,) in connection.execute("SELECT DISTINCT type FROM edge_rows WHERE id >= ? AND id < ?", _range(row_id))
    }


class _Writing:
    """Rewrites rows of one table, those of many files at once: most files have fewer than one statement takes."""

    def __init__(self, connection: sqlite3.Connection, table: _Table) -> None:
        self._connection = connection
        self._table = table
        self._marks = f"({', '.join('?' * (table.columns + 1))})"
        self._together = f"INSERT INTO {table.name} VALUES {', '.join([self._marks] * _ROWS_AT_ONCE)}"  # noqa: S608  # constants
        self._values: list[object] = []
        """Of the rows that are not written so far, one behind the other."""
        self._digests: list[tuple[bytes, int]] = []
        """Of the files whose rows are others than before."""

    def rewrite(self, row_id: int, stored: object, rows: Iterable[tuple[object, ...]]) -> None:
        """Have a file's rows be these. `stored`: the digest of those that there are."""
        group, digest = _writable(rows)
        if stored == digest:
            return
        first, end = _range(row_id)
        if stored != _EMPTY:
            self._connection.execute(f"DELETE FROM {self._table.name} WHERE id >= ? AND id < ?", (first, end))  # noqa: S608  # constants
        numbered = zip(zip(range(first, first + len(group))), group, strict=True)
        self._values += chain.from_iterable(chain.from_iterable(numbered))
        self._digests.append((digest, row_id))
        self._insert()

    def _insert(self) -> None:
        """Write what fills statements."""
        size = _ROWS_AT_ONCE * (self._table.columns + 1)
        whole = len(self._values) - len(self._values) % size
        for start in range(0, whole, size):
            self._connection.execute(self._together, self._values[start : start + size])
        del self._values[:whole]

    def end(self, generation: int) -> int:
        """Write the rest; how many files were rewritten."""
        width, table = self._table.columns + 1, self._table
        rest = [self._values[at : at + width] for at in range(0, len(self._values), width)]
        self._connection.executemany(f"INSERT INTO {table.name} VALUES {self._marks}", rest)  # noqa: S608  # constants
        self._connection.executemany(
            f"UPDATE row_files SET {table.digest} = ?, generation = {generation} WHERE id = ?",  # noqa: S608  # a number
            self._digests,
        )
        return len(self._digests)


def _stored(connection: sqlite3.Connection, table: _Table, row_id: int) -> Iterator[tuple[object, ...]]:
    for row in connection.execute(f"SELECT * FROM {table.name} WHERE id >= ? AND id < ? ORDER BY id", _range(row_id)):  # noqa: S608  # constants
        yield row[1:]


def _range(row_id: int) -> tuple[int, int]:
    """The row numbers of one file: the file's number above, the row's in the 24 bits below."""
    return row_id << _NUMBER_BITS, (row_id + 1) << _NUMBER_BITS


def _digest(group: list[tuple[object, ...]]) -> bytes:
    return xxhash.xxh3_128_digest(msgspec.msgpack.encode(group))


_EMPTY = _digest([])
