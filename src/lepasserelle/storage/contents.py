"""Contents in lestockage: facts, terms and text by what was in a file, each blob under a checksum that also names whose blob it is.

A row of `contents` holds the checksums of its three blobs and one of its own over all of its fields, so a flipped bit anywhere in
it, in a blob, or in the tree that leads from one to the other is found. Blob `n` of content `id` is row `4 * id + n` of `blobs`, in
a table of its own, since a row's later columns are reached through the pages of its earlier ones.
Transactions are the caller's (`Lestockage`).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Literal, NamedTuple

import msgspec
import xxhash

from lepasserelle.model import FACTS_VERSION
from lepasserelle.storage.records import ContentCounts, ContentKey, ParsedFile
from lepasserelle.storage.schema import Altered

BlobKind = Literal["facts", "terms", "text"]
_NUMBERS: dict[BlobKind, int] = {"facts": 0, "terms": 1, "text": 2}
KINDS: tuple[BlobKind, ...] = tuple(_NUMBERS)
_STRIDE = 4

_COLUMNS = "id, definition_count, problem_count, facts_checksum, terms_checksum, text_checksum, checksum"
_BLOB_COUNT = "(SELECT count(*) FROM blobs WHERE blobs.id >= contents.id * 4 AND blobs.id < contents.id * 4 + 3)"
_BLOB_QUERY = (
    f"SELECT contents.{_COLUMNS}, blobs.data FROM contents LEFT JOIN blobs ON blobs.id = contents.id * {_STRIDE} + ?"  # noqa: S608  # constants
    " WHERE fingerprint = ? AND language = ? AND facts_version = ?"
)
_ALL_KEYS = "SELECT id, fingerprint, language, facts_version FROM contents NOT INDEXED"
"""Not through the index: a row that a damaged index does not lead to has to go, too."""
_FEW_KEYS = 64
_TYPES = (int, int, int, bytes, bytes, bytes)
"""Of those columns but for the last."""
_encode = msgspec.msgpack.Encoder().encode


class Content(NamedTuple):
    """One verified row of `contents`."""

    id: int
    counts: ContentCounts
    checksums: tuple[bytes, bytes, bytes]


class Missing(Exception):  # noqa: N818  # an answer, turned into DamagedFacts where a path is known
    """The content or its blob is not there, or not what was stored; the text says which."""


def put(connection: sqlite3.Connection, parsed: ParsedFile) -> None:
    """Store one content, in place of what is stored under its key."""
    drop(connection, (parsed.key,))
    blobs = (parsed.facts, parsed.terms, parsed.text)
    sums = tuple(_blob_checksum(parsed.key, number, blob) for number, blob in enumerate(blobs))
    counts = ContentCounts(parsed.definition_count, parsed.problem_count)
    row_id = connection.execute(
        "INSERT INTO contents (fingerprint, language, facts_version, definition_count, problem_count,"
        " facts_checksum, terms_checksum, text_checksum, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            parsed.key.fingerprint,
            parsed.key.language,
            FACTS_VERSION,
            *_fields(counts),
            *sums,
            _row_checksum(parsed.key, counts, sums),
        ),
    ).lastrowid
    assert row_id is not None
    connection.executemany(
        "INSERT OR REPLACE INTO blobs (id, data) VALUES (?, ?)",
        [(row_id * _STRIDE + number, blob) for number, blob in enumerate(blobs)],
    )


def put_terms(connection: sqlite3.Connection, key: ContentKey, terms: bytes) -> None:
    """Store the terms of a content that is stored already. Raises `Missing`."""
    content, number = find(connection, key), _NUMBERS["terms"]
    facts_sum, _, text_sum = content.checksums
    sums = (facts_sum, _blob_checksum(key, number, terms), text_sum)
    connection.execute(
        "UPDATE contents SET terms_checksum = ?, checksum = ? WHERE id = ?",
        (sums[number], _row_checksum(key, content.counts, sums), content.id),
    )
    connection.execute("INSERT OR REPLACE INTO blobs (id, data) VALUES (?, ?)", (content.id * _STRIDE + number, terms))


def whole(connection: sqlite3.Connection, keys: Sequence[ContentKey]) -> dict[ContentKey, ContentCounts]:
    """Counts of those of `keys` of which the row is unaltered and all blobs are there.

    Blobs are not read here: their checksums are compared when they are used.
    """
    query = f"SELECT fingerprint, language, {_COLUMNS}, {_BLOB_COUNT} FROM contents WHERE facts_version = ?"  # noqa: S608  # constants
    found: dict[ContentKey, ContentCounts] = {}
    for row in _rows(connection, query, keys):
        key = ContentKey(*row[:2])
        with suppress(Missing):
            content = _content(key, row[2:-1])
            if row[-1] == len(_NUMBERS):
                found[key] = content.counts
    return found


def _rows(connection: sqlite3.Connection, query: str, keys: Sequence[ContentKey]) -> Iterator[tuple[Any, ...]]:
    """Rows of `keys`: looked up one by one when they are few, else picked from a scan, which costs half as much a row."""
    if len(keys) <= _FEW_KEYS:
        for key in keys:
            where = (FACTS_VERSION, key.fingerprint, key.language)
            yield from connection.execute(f"{query} AND fingerprint = ? AND language = ?", where).fetchall()
        return
    wanted = set(keys)
    for row in connection.execute(query, (FACTS_VERSION,)).fetchall():
        if ContentKey(*row[:2]) in wanted:
            yield row


def find(connection: sqlite3.Connection, key: ContentKey) -> Content:
    """The row of `key` in the present facts version. Raises `Missing`."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM contents WHERE fingerprint = ? AND language = ? AND facts_version = ?",  # noqa: S608  # constants
        (key.fingerprint, key.language, FACTS_VERSION),
    ).fetchone()
    if row is None:
        raise Missing("it is not stored")
    return _content(key, row)


def _content(key: ContentKey, row: tuple[Any, ...]) -> Content:
    row_id, definitions, problems, *sums, checksum = row
    counts = ContentCounts(definitions, problems)
    if tuple(map(type, row[:-1])) != _TYPES or _row_checksum(key, counts, sums) != checksum:
        raise Missing("its row is altered")
    return Content(row_id, counts, (sums[0], sums[1], sums[2]))


def read(connection: sqlite3.Connection, key: ContentKey, kind: BlobKind) -> bytes:
    """The verified blob. Raises `Missing`."""
    number = _NUMBERS[kind]
    row = connection.execute(_BLOB_QUERY, (number, key.fingerprint, key.language, FACTS_VERSION)).fetchone()
    if row is None:
        raise Missing("it is not stored")
    content, data = _content(key, row[:-1]), row[-1]
    if data is None:
        raise Missing(f"its {kind} are missing")
    if not isinstance(data, bytes) or _blob_checksum(key, number, data) != content.checksums[number]:
        raise Missing(f"its {kind} are altered")
    return data


def drop(connection: sqlite3.Connection, keys: Iterable[ContentKey]) -> None:
    """Delete what is stored under `keys`, whatever its state."""
    for key in keys:
        where = (key.fingerprint, key.language, FACTS_VERSION)
        query = "SELECT id FROM contents WHERE fingerprint = ? AND language = ? AND facts_version = ?"
        _delete(connection, [row_id for (row_id,) in connection.execute(query, where).fetchall()])


def drop_all_but(connection: sqlite3.Connection, keys: set[ContentKey]) -> int:
    """Delete every content that is not among `keys` or of another facts version, with its blobs.

    Returns how many contents.
    """
    orphans = [
        row_id
        for row_id, fingerprint, language, version in connection.execute(_ALL_KEYS)
        if version != FACTS_VERSION or ContentKey(fingerprint, language) not in keys
    ]
    _delete(connection, orphans)
    return len(orphans)


def sweep(connection: sqlite3.Connection) -> None:
    """Delete blobs whose content is gone, which only damage leaves behind. Reads much of the database."""
    connection.execute(f"DELETE FROM blobs WHERE id / {_STRIDE} NOT IN (SELECT id FROM contents)")  # noqa: S608  # a constant


def _delete(connection: sqlite3.Connection, row_ids: Iterable[object]) -> None:
    for row_id in row_ids:
        if not isinstance(row_id, int):
            raise Altered("a content without a number")
        connection.execute("DELETE FROM blobs WHERE id >= ? AND id < ?", (row_id * _STRIDE, (row_id + 1) * _STRIDE))
        connection.execute("DELETE FROM contents WHERE id = ?", (row_id,))


def _fields(counts: ContentCounts) -> tuple[int, int]:
    return counts.definition_count, counts.problem_count


def _row_checksum(key: ContentKey, counts: ContentCounts, sums: Iterable[bytes]) -> bytes:
    return xxhash.xxh3_64_digest(_encode((key, FACTS_VERSION, counts, list(sums))))


def _blob_checksum(key: ContentKey, number: int, blob: bytes) -> bytes:
    """Seeded with whose blob it is, so that a whole blob in the wrong place is found too."""
    seed = xxhash.xxh3_64_intdigest(_encode((key, FACTS_VERSION, number)))
    return xxhash.xxh3_64_digest(blob, seed)
