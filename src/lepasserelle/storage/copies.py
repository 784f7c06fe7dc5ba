"""The compressed copies of a generation's segments inside lestockage, in rows, so that a segment comes back when its copy's file is
lost with it.

A copy is the file that `frozen` writes, byte for byte, in pieces that end where chunks of it do: of `LEAST_BYTES`, or as much more
as a chunk is longer. A piece that the next generation's copy has too stays: most do where an edit changed little, wherever in the
file they stand. Piece `n` of copy `id` is row `id * 2^24 + n` of `copy_pieces`; every row carries a
checksum that also names whose it is, and what is put together of the pieces is checked once more, as every copy is.
Transactions are the caller's (`Lestockage`).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from io import FileIO
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import xxhash

from lepasserelle.durable.failures import storage_errors
from lepasserelle.storage.contents import Missing
from lepasserelle.storage.copy_header import chunk_ends
from lepasserelle.storage.records import SegmentRef

LEAST_BYTES: Final = 1 << 16
PIECE_BYTES: Final = 1 << 18
"""Of what is no copy that can be read."""
_NUMBER_BITS: Final = 24


class Copy(NamedTuple):
    """One verified row of `copies`."""

    id: int
    kind: str
    name: str
    """Of the segment."""
    pieces: int
    """How many."""


def kept(connection: sqlite3.Connection) -> dict[str, Copy]:
    """The copies whose row is unaltered, by kind. Their pieces are not read here: checksums are compared when they are used."""
    found = {}
    for row in connection.execute("SELECT id, kind, name, pieces, checksum FROM copies ORDER BY id DESC").fetchall():
        copy = Copy(*row[:-1])
        if all(map(isinstance, copy, (int, str, str, int))) and _checksum(copy) == row[-1]:
            found[copy.kind] = copy
    return found


def keep(connection: sqlite3.Connection, wanted: Mapping[SegmentRef, Path]) -> None:
    """Have copies of these segments and no others; what is missing is read from these files. Raises `StorageError`."""
    before = kept(connection)
    _drop_all_but(connection, [before[ref.kind] for ref in wanted if ref.kind in before])
    for ref, path in wanted.items():
        copy = before.get(ref.kind)
        if copy is None or copy.name != ref.name:
            _write(connection, ref, path, None if copy is None else copy.id)


def forget(connection: sqlite3.Connection, ref: SegmentRef) -> None:
    """Drop the copy of this kind, whatever its state, so that it counts as missing."""
    _drop_all_but(connection, [copy for copy in kept(connection).values() if copy.kind != ref.kind])


def piece(connection: sqlite3.Connection, copy: Copy, number: int) -> bytes:
    """A verified piece. Raises `Missing`."""
    row = connection.execute("SELECT checksum, data FROM copy_pieces WHERE id = ?", (_row_id(copy.id, number),)).fetchone()
    if row is None:
        raise Missing("a piece is missing")
    checksum, data = row
    if not isinstance(data, bytes) or _piece_checksum(copy.kind, number, data) != checksum:
        raise Missing("a piece is altered")
    return data


def _write(connection: sqlite3.Connection, ref: SegmentRef, path: Path, row_id: int | None) -> None:
    """Write the pieces that differ from those of the former copy of this kind, `row_id`."""
    if row_id is None:
        row_id = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM copies").fetchone()[0]
    here = (_row_id(row_id, 0), _row_id(row_id + 1, 0))
    former = dict(connection.execute("SELECT id, checksum FROM copy_pieces WHERE id >= ? AND id < ?", here).fetchall())
    count = 0
    with storage_errors("read", path), FileIO(path, "rb") as file:
        for data in _pieces(file):
            checksum = _piece_checksum(ref.kind, count, data)
            if former.get(_row_id(row_id, count)) != checksum:
                row = (_row_id(row_id, count), checksum, data)
                connection.execute("INSERT OR REPLACE INTO copy_pieces (id, checksum, data) VALUES (?, ?, ?)", row)
            count += 1
    connection.execute("DELETE FROM copy_pieces WHERE id >= ? AND id < ?", (_row_id(row_id, count), here[1]))
    copy = Copy(row_id, ref.kind, ref.name, count)
    connection.execute(
        "INSERT OR REPLACE INTO copies (id, kind, name, pieces, checksum) VALUES (?, ?, ?, ?, ?)", (*copy, _checksum(copy))
    )


def _pieces(file: FileIO) -> Iterator[bytes]:
    begin = 0
    for end in chunk_ends(file):
        if end - begin >= LEAST_BYTES:
            yield file.read(end - begin)
            begin = end
    while data := file.read(PIECE_BYTES):
        yield data


def _drop_all_but(connection: sqlite3.Connection, stay: Iterable[Copy]) -> None:
    """Delete every copy but these, and every piece that belongs to none of them."""
    pieces_of = {copy.id: copy.pieces for copy in stay}
    for (row_id,) in connection.execute("SELECT id FROM copies").fetchall():
        if row_id not in pieces_of:
            connection.execute("DELETE FROM copies WHERE id = ?", (row_id,))
    for (number,) in connection.execute("SELECT id FROM copy_pieces").fetchall():
        if number & ((1 << _NUMBER_BITS) - 1) >= pieces_of.get(number >> _NUMBER_BITS, 0):
            connection.execute("DELETE FROM copy_pieces WHERE id = ?", (number,))


def _row_id(copy_id: int, number: int) -> int:
    return copy_id << _NUMBER_BITS | number


def _checksum(copy: Copy) -> bytes:
    return xxhash.xxh3_64_digest(msgspec.msgpack.encode(copy))


def _piece_checksum(kind: str, number: int, data: bytes) -> bytes:
    """Seeded with whose piece it is. Not with the generation: a piece that stays keeps its checksum."""
    return xxhash.xxh3_64_digest(data, seed=xxhash.xxh3_64_intdigest(msgspec.msgpack.encode((kind, number))))
