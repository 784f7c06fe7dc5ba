"""lestockage: the one SQLite database that is the truth. Facts, terms and text by content, a generation's files, readable rows,
and copies of its segments.

Read by ingest and rebuild only; answers come from segments. Every public call is one short transaction, so the write-ahead log
stays small and no reader holds it up; a commit ends with a checkpoint that empties the log, after which what was deleted is on the
disk no more. SQLite does not see a flipped bit in a cell: blobs and rows carry checksums of ours. A database that SQLite itself
cannot read is put into `quarantine/` and `DamagedError` says so: opening it again makes an empty one, filled from the sources.

Usable from several threads, one call at a time; not in a forked child. The writer's lock (`Index.writer_lock`) is the caller's.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import xxhash

from lepasserelle.durable.failures import storage_errors
from lepasserelle.durable.quarantine import put_aside
from lepasserelle.durable.steps import step
from lepasserelle.errors import DamagedError, LockedError, StorageError
from lepasserelle.storage import ahead, contents, copies, layout, rows, schema
from lepasserelle.storage.contents import BlobKind, Missing
from lepasserelle.storage.damage import DamagedCopy, DamagedFacts
from lepasserelle.storage.manifest import now
from lepasserelle.storage.records import ContentCounts, ContentKey, IndexedFile, ParsedFile, SegmentRef
from lepasserelle.storage.rows import EdgeRow, EdgeType, SymbolRow
from lepasserelle.storage.sqlite_failures import is_damage, is_misuse, is_unsound, refusal

_FILE_COLUMNS = "path, size_bytes, mtime_ns, flags, module, fingerprint, language, definition_count"
_DAMAGED_FILES = "lestockage's table of files is damaged. Run `leindex index` to read the sources again"
_CHECKPOINT_TIMEOUT_MS = 200
_MOST_STAGED = 10_000
"""Contents after which no batch is remembered any more: they are looked for again, as others are."""
_VACUUM_SHARE = 4
_VACUUM_PAGES = 256


class Lestockage:
    """An open lestockage. Use `Lestockage.open`; a context manager that closes it.

    Every method raises `DamagedError` when the database is damaged (it is in quarantine then, and this object closed),
    `StorageError` when the system refuses, `LockedError` when another program holds the database for longer than ten seconds.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, *, writable: bool) -> None:
        self.path = path
        self._connection = connection
        self._writable = writable
        self._mutex = threading.RLock()
        self._is_damaged = False
        self._staged: set[ContentKey] = set()
        """Contents stored or looked for here since the last commit, which need not be looked for again; up to `_MOST_STAGED` and a
        batch.
        """

    @classmethod
    def open(cls, folder: Path, *, writable: bool = True) -> Self:
        """Open the lestockage of the index in `folder`, made if missing and `writable`.

        Also raises `VersionMismatch` for one of another version (`discard` it and parse everything anew).
        """
        path = folder / layout.LESTOCKAGE
        if writable:
            with storage_errors("create", folder):
                folder.mkdir(parents=True, exist_ok=True)
        try:
            return cls(path, schema.connect(path, writable=writable), writable=writable)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise (_put_aside(error, path, can_move=writable) if is_damage(error) else refusal(error, path)) from error

    @staticmethod
    def discard(folder: Path) -> None:
        """Delete the database, as after `VersionMismatch`. Nobody has it open; the writer's lock is held."""
        for suffix in reversed(schema.SUFFIXES):
            path = folder / (layout.LESTOCKAGE + suffix)
            with storage_errors("delete", path):
                path.unlink(missing_ok=True)
            step("discard.file")

    def close(self) -> None:
        """Close the database. Idempotent."""
        with self._mutex:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # contents

    def known(self, keys: Iterable[ContentKey]) -> set[ContentKey]:
        """Those of `keys` that are stored whole and by the present parser."""
        return set(self.counts(keys))

    def counts(self, keys: Iterable[ContentKey]) -> dict[ContentKey, ContentCounts]:
        """Definitions and problems of those of `keys` that are stored whole and by the present parser."""
        wanted = list(dict.fromkeys(keys))
        with self._reading() as connection:
            return contents.whole(connection, wanted)

    def stored(self, files: Sequence[IndexedFile]) -> Sequence[IndexedFile]:
        """Those of `files` whose content is stored whole. Where there are as many contents as they have, all are believed to be:
        each run asks this, and blobs are verified by who reads them.
        """
        keys = {file.key for file in files}
        with self._reading() as connection:
            if connection.execute("SELECT count(*) FROM contents").fetchone()[0] >= len(keys):
                return files
        known = self.known(keys)
        return [file for file in files if file.key in known]

    def look_ahead(self, files: Sequence[IndexedFile]) -> None:
        """Look now for the contents of these files, which the next commit is going to name: somebody else is waited for anyway."""
        if len(files) <= _MOST_STAGED:
            self._staged.update(self.known(file.key for file in files))

    def damaged_contents(self, files: Sequence[IndexedFile] | None = None) -> list[str]:
        """Paths of files, of all or of these, of which anything that is stored is not what was written. It is forgotten, so that
        the next run reads them again.
        """
        found: dict[ContentKey, str] = {}
        for kind in contents.KINDS:
            left = self.files() if files is None else list(files)
            while left:
                try:
                    left = left[sum(1 for _ in self.blobs(kind, left)) :]
                except DamagedFacts as damage:
                    found[damage.key] = damage.path
                    left = left[1 + [file.path for file in left].index(damage.path) :]
        if found:
            self.forget(found)
        return sorted(found.values())

    def stage(self, batch: Sequence[ParsedFile]) -> None:
        """Store contents in one transaction. They stay until a commit that does not name them, also when this run dies."""
        with self._writing("stage") as connection:
            for parsed in batch:
                contents.put(connection, parsed)
        if len(self._staged) < _MOST_STAGED:
            self._staged.update(parsed.key for parsed in batch)

    def put_terms(self, batch: Iterable[tuple[IndexedFile, bytes]]) -> None:
        """Store the terms of contents that were staged without, in one transaction. Raises `DamagedFacts`."""
        with self._writing("put_terms") as connection:
            for file, terms in batch:
                try:
                    contents.put_terms(connection, file.key, terms)
                except Missing as error:
                    raise DamagedFacts(file.key, file.path, str(error)) from error

    def forget(self, keys: Iterable[ContentKey]) -> None:
        """Drop contents, as after `DamagedFacts`, so that they count as unknown."""
        self._staged.clear()
        with self._writing("forget") as connection:
            contents.drop(connection, keys)
            contents.sweep(connection)

    def blobs(self, kind: BlobKind, files: Iterable[IndexedFile]) -> Iterator[tuple[IndexedFile, bytes]]:
        """The verified blob of each file, in the order given. Raises `DamagedFacts` at the first that is missing or altered.

        Some are read ahead, in one transaction: beginning and ending one takes as long as reading what a file has.
        """
        left, damage = iter(files), None
        while damage is None:
            with self._reading() as connection:
                found, damage = ahead.blobs(connection, kind, left)
            if not found:
                break
            yield from found
        if damage is not None:
            raise damage

    # generations

    def generation(self) -> int:
        """Number of the last committed generation; 0 before the first. Raises `DamagedError` when its row is altered."""
        with self._reading() as connection:
            return _last_generation(connection)[0]

    def files(self) -> list[IndexedFile]:
        """The files of the last committed generation, by path bytes.

        Raises `DamagedError` when a row is altered; contents are unharmed by that, and the next commit rewrites all rows.
        """
        with self._reading() as connection:
            _, file_count, digest = _last_generation(connection)
            found = _stored_files(connection)
        if (len(found), _digest(found)) != (file_count, digest):
            raise DamagedError(_DAMAGED_FILES)
        return found

    def commit(self, generation: int, files: Sequence[IndexedFile], *, shrinks: bool = True) -> bool:
        """Make `files` the files of `generation`, in one transaction, and delete every content that none of them has.

        When this returns, the commit is durable and the deleted bytes are neither in the database nor in its log. False: they are
        still in the log, because another program (not ours) keeps an old read transaction open, or because the caller is going to
        call `shrink` (`shrinks` is False), until which the commit is not durable either.
        Raises `DamagedFacts` when the content of a file is not stored whole.
        """
        ordered = sorted(files, key=lambda file: schema.encode_text(file.path))
        keys = {file.key: file.path for file in ordered}
        missing = keys.keys() - self._staged
        if missing:
            missing -= self.known(missing)
        self._staged.clear()
        if missing:
            key = min(missing, key=lambda key: keys[key])
            raise DamagedFacts(key, keys[key], "it is not stored")
        with self._reading() as connection:
            schema.wait_for_device(connection, waits=True)
        with self._writing("commit") as connection:
            _write_files(connection, ordered)
            step("commit.files")
            last = (generation, len(ordered), _digest(ordered), now())
            connection.execute("DELETE FROM generations")
            connection.execute("INSERT INTO generations VALUES (?, ?, ?, ?, ?)", (*last, _checksum(last)))
            if not _are_kept(connection, last[:3]):
                raise schema.Altered("it does not keep what is written")
            contents.drop_all_but(connection, set(keys))
            step("commit.orphans")
        return shrinks and self.shrink()

    # readable rows

    def write_rows(
        self,
        generation: int,
        symbols: Iterable[tuple[str, Iterable[SymbolRow]]],
        edges: Iterable[tuple[str, Iterable[EdgeRow]]],
        types: Sequence[EdgeType] = (),
        *,
        others_stay: bool = False,
    ) -> int:
        """Make the tables `symbols` and `edges` hold exactly these rows; returns how many groups differed and were rewritten.

        Each path comes at most once in each iterable. Rows of paths that come in neither are deleted, unless `others_stay`.
        `types`: every type of edge that there is, also in rows that stay; edges name theirs by its place.
        """
        with self._writing("rows") as connection:
            written = rows.write(connection, generation, symbols, edges, types, others_stay=others_stay)
        self.shrink()
        return written

    def has_rows_of(self, paths: Iterable[str]) -> bool:
        """Whether there are rows of exactly these files, none of them found damaged so far."""
        with self._reading() as connection:
            return rows.are_of(connection, paths)

    def damaged_rows(self) -> list[str]:
        """Paths whose rows are not those that were written; the next `write_rows` mends them."""
        with self._writing("damaged_rows") as connection:
            return rows.damaged(connection)

    # copies of segments

    def copies(self) -> set[str]:
        """Names of the segments of which a compressed copy is kept here."""
        with self._reading() as connection:
            return {copy.name for copy in copies.kept(connection).values()}

    def keep_copies(self, wanted: Mapping[SegmentRef, Path]) -> bool:
        """Have the copies of these segments and of no others, each read from its file if it is not here yet; False as `commit`."""
        with self._writing("copies") as connection:
            copies.keep(connection, wanted)
        return self.shrink()

    def copy(self, ref: SegmentRef) -> Iterator[bytes]:
        """The verified pieces of a segment's copy, in order; none when it is not kept. Raises `DamagedCopy`; the database stays."""
        with self._reading() as connection:
            found = copies.kept(connection).get(ref.kind)
        if found is None or found.name != ref.name:
            return
        for number in range(found.pieces):
            with self._reading() as connection:
                try:
                    data = copies.piece(connection, found, number)
                except Missing as error:
                    raise DamagedCopy(ref, self.path, str(error)) from error
            yield data

    def forget_copy(self, ref: SegmentRef) -> None:
        """Drop a copy, as after `DamagedCopy`, so that it counts as missing."""
        with self._writing("forget_copy") as connection:
            copies.forget(connection, ref)

    # transactions

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._mutex:
            if self._is_damaged:
                raise DamagedError(f"{self.path} was found damaged and put aside. Open it again to begin an empty one")
            try:
                yield self._connection
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if is_misuse(error):
                    raise
                raise self._failed(error) from error

    @contextmanager
    def _writing(self, label: str) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block or, after any exception, nothing of it."""
        if not self._writable:
            raise StorageError(f"{self.path} was opened for reading only")
        with self._reading() as connection:
            if connection.in_transaction:
                raise RuntimeError(f"{label} within another transaction of the same lestockage")
            connection.execute("BEGIN IMMEDIATE")
            try:
                step(f"{label}.begun")
                yield connection
                step(f"{label}.written")
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
        step(f"{label}.committed")

    def shrink(self) -> bool:
        """Give unused pages back to the file system and empty the log, which makes durable what was written; False when somebody
        who reads at this moment keeps the log.
        """
        with self._reading() as connection:
            unused, pages = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
            if unused > _VACUUM_PAGES and unused * _VACUUM_SHARE > pages:
                connection.executescript("PRAGMA incremental_vacuum")  # `execute` would take one step, which frees one page
                step("shrink.vacuumed")
            connection.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_TIMEOUT_MS}")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            connection.execute(f"PRAGMA busy_timeout = {schema.BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA shrink_memory")  # its cache of pages is of no use between two runs
        step("shrink.checkpointed")
        return not busy

    def _failed(self, error: sqlite3.Error | UnicodeDecodeError) -> StorageError:
        if not is_damage(error):
            refused = refusal(error, self.path)
            if isinstance(refused, LockedError) or not is_unsound(self._connection):
                return refused
        self._is_damaged = True
        self._connection.close()
        return _put_aside(error, self.path, can_move=self._writable)


def _roll_back(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):  # the error that brought us here is the one to tell; a transaction dies with its connection
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _put_aside(error: Exception, path: Path, *, can_move: bool) -> DamagedError:
    """Move the damaged database into quarantine, its log first; returns the error to raise."""
    if can_move:
        for suffix in reversed(schema.SUFFIXES):
            put_aside(path.with_name(path.name + suffix), path.parent / layout.QUARANTINE)
    return DamagedError(f"{path} is damaged ({error}). Run `leindex index` to rebuild it from the sources")


def _last_generation(connection: sqlite3.Connection) -> tuple[int, int, bytes]:
    """Number, file count and digest of the last generation."""
    row = connection.execute("SELECT * FROM generations ORDER BY generation DESC LIMIT 1").fetchone()
    if row is None:
        return 0, 0, _digest([])
    if _checksum(row[:-1]) != row[-1]:
        raise DamagedError(_DAMAGED_FILES)
    return row[0], row[1], row[2]


def _are_kept(connection: sqlite3.Connection, last: tuple[int, int, bytes]) -> bool:
    """Whether files and generation can be read back as they were just written; not so in a damaged tree of pages."""
    try:
        return _last_generation(connection) == last and _digest(_stored_files(connection)) == last[2]
    except DamagedError:
        return False


def _checksum(row: tuple[object, ...]) -> bytes:
    return xxhash.xxh3_64_digest(_packed(row))


def _stored_files(connection: sqlite3.Connection) -> list[IndexedFile]:
    try:
        return [_file(row) for row in connection.execute(f"SELECT {_FILE_COLUMNS} FROM files ORDER BY path")]  # noqa: S608  # constants
    except msgspec.ValidationError as error:
        raise DamagedError(_DAMAGED_FILES) from error


def _file(row: tuple[object, ...]) -> IndexedFile:
    path, size_bytes, mtime_ns, flags, module, fingerprint, language, definition_count = row
    key = (fingerprint, language)
    return msgspec.convert((path, size_bytes, mtime_ns, flags, module, key, definition_count), IndexedFile)


def _write_files(connection: sqlite3.Connection, files: Sequence[IndexedFile]) -> None:
    """Make the table hold exactly `files`, touching only rows that differ from what is really there."""
    stored = {row[0]: row for row in connection.execute(f"SELECT {_FILE_COLUMNS} FROM files")}  # noqa: S608  # constants
    fresh = {file.path: _row(file) for file in files}
    gone = [path for path, row in stored.items() if fresh.get(path) != row]
    connection.executemany("DELETE FROM files WHERE path = CAST(? AS TEXT)", [(schema.encode_text(path),) for path in gone])
    connection.executemany(
        f"INSERT OR REPLACE INTO files ({_FILE_COLUMNS}) VALUES (CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT), ?, ?, ?)",  # noqa: S608
        [
            (schema.encode_text(row[0]), *row[1:4], schema.encode_text(row[4]), *row[5:])
            for path, row in fresh.items()
            if stored.get(path) != row
        ],
    )


def _row(file: IndexedFile) -> tuple[str, int, int, int, str, bytes, str, int]:
    key = file.key
    return file.path, file.size_bytes, file.mtime_ns, file.flags, file.module, key.fingerprint, key.language, file.definition_count


def _digest(files: Sequence[IndexedFile]) -> bytes:
    """Over all fields of all files in order."""
    digest = xxhash.xxh3_128()
    for file in files:
        row = _row(file)
        digest.update(_packed((schema.encode_text(row[0]), *row[1:4], schema.encode_text(row[4]), *row[5:])))
    return digest.digest()


def _packed(values: tuple[object, ...]) -> bytes:
    """As msgpack. Raises `DamagedError` for a text that is none where ours always is one."""
    try:
        return msgspec.msgpack.encode(values)
    except UnicodeEncodeError as error:
        raise DamagedError(_DAMAGED_FILES) from error
