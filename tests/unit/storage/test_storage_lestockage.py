"""lestockage: contents by what is in them, files by generation, rows that a person can read, and every altered cell found."""

import os
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_samples import bytes_in, committed, indexed, key_of, parsed

from lepasserelle.errors import DamagedError, LockedError, StorageError
from lepasserelle.storage import (
    LESTOCKAGE_VERSION,
    ContentKey,
    DamagedFacts,
    IndexedFile,
    Lestockage,
    VersionMismatch,
    contents,
    schema,
)
from lepasserelle.storage.records import ContentCounts


def altered(folder: Path, statement: str, *values: object) -> None:
    """Change a cell as a flipped bit would: SQLite itself sees nothing wrong."""
    connection = sqlite3.connect(folder / "lestockage.db", isolation_level=None)
    connection.execute(statement, values)
    connection.close()


def test_staged_contents_are_known_and_come_back_verified(tmp_path: Path) -> None:
    """Facts, terms, text and counts, by content and language."""
    with Lestockage.open(tmp_path) as store:
        store.stage([parsed(b"one"), parsed(b"two"), parsed(b"one", "tsx")])
        assert store.known([key_of(b"one"), key_of(b"three")]) == {key_of(b"one")}
        assert store.counts([key_of(b"two")]) == {key_of(b"two"): ContentCounts(3, 1)}
        files = [indexed("b.py", b"two"), indexed("a.py", b"one"), indexed("again.py", b"one")]
        assert list(store.blobs("facts", files)) == [
            (files[0], b"facts of two"),
            (files[1], b"facts of one"),
            (files[2], b"facts of one"),
        ]
        assert [blob for _, blob in store.blobs("terms", files[:1])] == [b"terms of two"]
        assert [blob for _, blob in store.blobs("text", files[:1])] == [parsed(b"two").text]


def test_what_a_killed_run_staged_is_there_for_the_next(tmp_path: Path) -> None:
    """Staging is durable before any commit."""
    with Lestockage.open(tmp_path) as store:
        store.stage([parsed(b"one")])
    with Lestockage.open(tmp_path) as store:
        assert store.generation() == 0
        assert store.files() == []
        assert store.known([key_of(b"one")]) == {key_of(b"one")}


def test_many_keys_are_answered_as_few_are(tmp_path: Path) -> None:
    """Above some number of keys the table is scanned instead."""
    texts = [b"%d" % number for number in range(200)]
    with Lestockage.open(tmp_path) as store:
        store.stage([parsed(text) for text in texts[::2]])
        keys = [key_of(text) for text in texts]
        assert store.known(keys) == set().union(*(store.known([key]) for key in keys)) == {key_of(text) for text in texts[::2]}


def test_facts_of_another_parser_version_are_unknown_and_go_with_the_next_commit(tmp_path: Path, monkeypatch) -> None:
    """The version is part of the address."""
    with Lestockage.open(tmp_path) as store:
        monkeypatch.setattr(contents, "FACTS_VERSION", 0)
        store.stage([parsed(b"one")])
        monkeypatch.undo()
        assert store.known([key_of(b"one")]) == set()
        committed(store, 1, {"a.py": b"one"})
        assert store.known([key_of(b"one")]) == {key_of(b"one")}
    connection = sqlite3.connect(tmp_path / "lestockage.db")
    assert connection.execute("SELECT count(*) FROM contents").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM blobs").fetchone() == (3,)
    connection.close()


paths = st.binary(min_size=1, max_size=6).map(os.fsdecode)
trees = st.dictionaries(paths, st.sampled_from([b"a", b"b", b"c", b"d"]), max_size=8)


@settings(max_examples=25, deadline=None)
@given(st.lists(trees, min_size=1, max_size=4))
def test_files_are_those_of_the_last_commit_in_the_order_of_their_bytes(
    tmp_path_factory, generations: list[dict[str, bytes]]
) -> None:
    """Any sequence of edits, renames and deletions; also names that are no UTF-8; also contents that nobody has any more."""
    with Lestockage.open(tmp_path_factory.mktemp("l")) as store:
        for number, tree in enumerate(generations, 1):
            files = committed(store, number, tree)
            assert store.generation() == number
            assert store.files() == sorted(files, key=lambda file: os.fsencode(file.path))
            used = set(tree.values())
            assert store.known([key_of(text) for text in (b"a", b"b", b"c", b"d")]) == {key_of(text) for text in used}


def test_commit_of_a_content_that_is_not_stored_is_refused(tmp_path: Path) -> None:
    """A generation never names what cannot be read back."""
    with Lestockage.open(tmp_path) as store:
        committed(store, 1, {"a.py": b"one"})
        with pytest.raises(DamagedFacts) as caught:
            store.commit(2, [indexed("a.py", b"one"), indexed("b.py", b"gone")])
        assert (caught.value.key, caught.value.path) == (key_of(b"gone"), "b.py")
        assert (store.generation(), len(store.files())) == (1, 1)


def test_deleted_bytes_are_nowhere_in_the_folder_after_the_commit(tmp_path: Path) -> None:
    """A secret that is not indexed any more leaves the database, its free pages and its log."""
    secret = b"hunter2-" * 700
    with Lestockage.open(tmp_path) as store:
        committed(store, 1, {"a.py": b"kept", "secret.env": secret, **{f"{n}.py": b"%d" % n * 900 for n in range(30)}})
        store.write_rows(1, [("secret.env", [("hunter2-symbol", "section", 1, 1, "")])], [])
        assert b"hunter2-" in bytes_in(tmp_path)
        assert store.commit(2, [indexed("a.py", b"kept")])
        store.write_rows(2, [("a.py", [("a", "module", 1, 1, "")])], [])
        assert (tmp_path / "lestockage.db-wal").stat().st_size == 0
        assert b"hunter2-" not in bytes_in(tmp_path)
    assert b"hunter2-" not in bytes_in(tmp_path)


def test_commit_that_leaves_the_shrinking_to_its_caller_is_seen_at_once_and_shrunk_later(tmp_path: Path) -> None:
    """Who reads sees it; what it deletes is in the log until `shrink`."""
    with Lestockage.open(tmp_path) as store, Lestockage.open(tmp_path, writable=False) as reader:
        committed(store, 1, {"a.py": b"kept", "secret.env": b"hunter2-" * 700})
        assert not store.commit(2, [indexed("a.py", b"kept")], shrinks=False)
        assert (reader.generation(), [file.path for file in reader.files()]) == (2, ["a.py"])
        assert (tmp_path / "lestockage.db-wal").stat().st_size
        assert store.shrink()
        assert (tmp_path / "lestockage.db-wal").stat().st_size == 0
        assert b"hunter2-" not in bytes_in(tmp_path)


def test_commit_does_not_look_again_for_what_it_has_just_stored(tmp_path: Path, monkeypatch) -> None:
    """Only what was stored before is looked for, and what was forgotten is not taken for stored."""
    looked_for: list[list[ContentKey]] = []
    whole = contents.whole
    monkeypatch.setattr(contents, "whole", lambda connection, keys: looked_for.append(list(keys)) or whole(connection, keys))
    with Lestockage.open(tmp_path) as store:
        committed(store, 1, {"a.py": b"one"})
        assert looked_for == []
        committed(store, 2, {"a.py": b"two"})
        assert looked_for == []
        store.stage([parsed(b"three")])
        store.commit(3, [indexed("a.py", b"two"), indexed("b.py", b"three")])
        assert looked_for == [[key_of(b"two")]]
        store.stage([parsed(b"four")])
        store.forget([key_of(b"four")])
        with pytest.raises(DamagedFacts):
            store.commit(4, [indexed("a.py", b"four")])


def test_nothing_waits_for_the_device_before_the_first_commit_and_everything_from_it_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to lose before; the checkpoint behind a commit syncs the whole file, whoever wrote to it."""
    waits: dict[str, int] = {}
    stores: list[Lestockage] = []

    def look(name: str) -> None:
        waits[name] = stores[-1]._connection.execute("PRAGMA synchronous").fetchone()[0]

    monkeypatch.setattr("lepasserelle.storage.lestockage.step", look)
    with Lestockage.open(tmp_path) as store:
        stores.append(store)
        store.stage([parsed(b"one")])
        assert waits == {"stage.begun": 0, "stage.written": 0, "stage.committed": 0}
    with Lestockage.open(tmp_path) as store:  # as after a run that was killed
        stores.append(store)
        store.stage([parsed(b"two")])
        assert set(waits.values()) == {0}
        waits.clear()
        store.commit(1, [indexed("a.py", b"one"), indexed("b.py", b"two")])
        assert waits.keys() >= {"commit.begun", "commit.committed", "shrink.checkpointed"}
        store.stage([parsed(b"three")])
        assert set(waits.values()) == {1}
        assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with Lestockage.open(tmp_path) as store:
        assert store._connection.execute("PRAGMA synchronous").fetchone() == (1,)
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as connection:
        schema._create(connection)
        assert connection.execute("PRAGMA synchronous").fetchone() == (0,)


def test_database_shrinks_again(tmp_path: Path) -> None:
    """Disk use follows what is indexed, not the largest it ever was."""
    with Lestockage.open(tmp_path) as store:
        committed(store, 1, {f"{n}": os.urandom(40_000) for n in range(60)})
        large = (tmp_path / "lestockage.db").stat().st_size
        committed(store, 2, {"a": b"small"})
        assert (tmp_path / "lestockage.db").stat().st_size < large / 10


def test_log_stays_bounded_over_many_batches_beside_an_iterating_reader(tmp_path: Path) -> None:
    """A reader in the middle of its blobs keeps no transaction open."""
    with Lestockage.open(tmp_path) as store, Lestockage.open(tmp_path, writable=False) as reader:
        files = committed(store, 1, {f"{n}": b"%d" % n for n in range(5)})
        walk = reader.blobs("facts", files)
        next(walk)
        for _ in range(30):
            store.stage([parsed(os.urandom(20_000)) for _ in range(5)])
        assert (tmp_path / "lestockage.db-wal").stat().st_size < 8 << 20
        assert store.commit(2, files)
        assert (tmp_path / "lestockage.db-wal").stat().st_size == 0
        assert len(list(walk)) == 4


def test_stranger_with_an_old_read_transaction_delays_nothing_but_the_emptying(tmp_path: Path) -> None:
    """Someone's open `sqlite3` shell neither blocks a commit nor loses it; the caller is told that the log is not empty."""
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, {"a": b"a", "b": b"b"})
        stranger = sqlite3.connect(tmp_path / "lestockage.db", isolation_level=None)
        stranger.execute("BEGIN")
        stranger.execute("SELECT count(*) FROM files").fetchall()
        assert not store.commit(2, files[:1])
        assert store.generation() == 2
        assert stranger.execute("SELECT count(*) FROM files").fetchone() == (2,)
        stranger.close()
        assert store.commit(3, files[:1])


BLOB_OF_ONE = "(SELECT id * 4 FROM contents WHERE definition_count = 3 LIMIT 1)"


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE blobs SET data = CAST('facts of onf' AS BLOB) WHERE id = {BLOB_OF_ONE}",
        f"UPDATE blobs SET data = (SELECT data FROM blobs WHERE id = {BLOB_OF_ONE} + 1) WHERE id = {BLOB_OF_ONE}",
        f"UPDATE blobs SET data = 'facts of one' WHERE id = {BLOB_OF_ONE}",
        "UPDATE contents SET facts_checksum = zeroblob(8)",
        "UPDATE contents SET definition_count = 4",
        "UPDATE contents SET problem_count = 'x'",
        "UPDATE contents SET text_checksum = 7",
        "UPDATE contents SET problem_count = CAST(x'ff' AS TEXT)",
        "UPDATE contents SET id = id + 1",
        "UPDATE contents SET language = 'rust'",
        "UPDATE contents SET fingerprint = zeroblob(16)",
        f"DELETE FROM blobs WHERE id = {BLOB_OF_ONE}",
        "DELETE FROM contents",
    ],
)
def test_altered_content_is_found_forgotten_and_staged_again(tmp_path: Path, statement: str) -> None:
    """Any cell: the blob, its checksum, its counts, its key. Only that file has to be parsed again."""
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, {"a.py": b"one"})
    altered(tmp_path, statement)
    with Lestockage.open(tmp_path) as store:
        with pytest.raises(DamagedFacts, match=r"a\.py") as caught:
            list(store.blobs("facts", files))
        assert (caught.value.key, caught.value.path) == (key_of(b"one"), "a.py")
        store.forget([caught.value.key])
        assert store.known([key_of(b"one")]) == set()
        store.stage([parsed(b"one")])
        assert list(store.blobs("facts", files)) == [(files[0], b"facts of one")]
        store.commit(2, files)
    connection = sqlite3.connect(tmp_path / "lestockage.db")
    assert connection.execute("SELECT count(*) FROM blobs").fetchone() == (3,)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE files SET size_bytes = size_bytes + 1 WHERE path = 'a.py'",
        "UPDATE files SET path = 'c.py' WHERE path = 'a.py'",
        "UPDATE files SET fingerprint = zeroblob(16) WHERE path = 'a.py'",
        "UPDATE files SET language = 3 WHERE path = 'a.py'",
        "UPDATE files SET mtime_ns = 'soon' WHERE path = 'a.py'",
        "UPDATE files SET module = zeroblob(3) WHERE path = 'a.py'",
        "DELETE FROM files WHERE path = 'a.py'",
        "DELETE FROM files",
        "UPDATE generations SET digest = zeroblob(16)",
        "UPDATE generations SET file_count = 1",
        "UPDATE generations SET generation = 9",
        "UPDATE generations SET committed_at = CAST(x'ff' AS TEXT)",
        "UPDATE files SET language = CAST(x'ff' AS TEXT) WHERE path = 'a.py'",
    ],
)
def test_altered_row_of_a_file_is_found_and_the_next_commit_mends_it(tmp_path: Path, statement: str) -> None:
    """No file silently vanishes from, or changes in, a generation; no content has to be parsed again for it."""
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, {"a.py": b"one", "b.py": b"two"})
    altered(tmp_path, statement)
    with Lestockage.open(tmp_path) as store:
        with pytest.raises(DamagedError, match="leindex index"):
            store.files()
        assert store.known([key_of(b"one"), key_of(b"two")]) == {key_of(b"one"), key_of(b"two")}
        store.commit(2, files)
        assert (store.generation(), store.files()) == (2, files)


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_unreadable_database_is_put_aside_and_an_empty_one_takes_its_place(tmp_path: Path, damage: bytes) -> None:
    """The sources are left to rebuild it from."""
    (tmp_path / "lestockage.db").write_bytes(damage)
    with pytest.raises(DamagedError, match="leindex index"):
        Lestockage.open(tmp_path)
    assert [path.read_bytes() for path in (tmp_path / "quarantine").iterdir()] == [damage]
    with Lestockage.open(tmp_path) as store:
        assert store.generation() == 0


def test_database_of_another_program_is_put_aside(tmp_path: Path) -> None:
    """It is not ours to write into."""
    altered(tmp_path, "CREATE TABLE theirs (x)")
    with pytest.raises(DamagedError):
        Lestockage.open(tmp_path)
    assert len(list((tmp_path / "quarantine").iterdir())) == 1


def test_name_in_the_schema_that_is_no_text_is_damage(tmp_path: Path) -> None:
    """Found by flipping bits: the column's name came back with every row, and could not be decoded."""
    with Lestockage.open(tmp_path) as store:
        committed(store, 1, {"a": b"a"})
    path = tmp_path / "lestockage.db"
    path.write_bytes(path.read_bytes().replace(b"committed_at TEXT", b"committed\xc5at TEXT"))
    with Lestockage.open(tmp_path) as store:
        with pytest.raises(DamagedError):
            store.files()
        with pytest.raises(DamagedError, match="Open it again"):
            store.generation()


@pytest.mark.parametrize("count", [31, 32, 33, 64, 70])
def test_many_rows_of_a_file_are_all_readable_in_their_order(tmp_path: Path, count: int) -> None:
    """They are written several by one statement, and what is left over one by one."""
    symbols = [(f"a.f{n}", "function", n, n + 1, f"f{n}()") for n in range(count)]
    edges = [(n, "a.f0", n % 2, n) for n in range(count)]
    with Lestockage.open(tmp_path) as store:
        assert store.write_rows(1, [("a.py", symbols)], [("a.py", edges)], TYPES) == 2
        assert store.damaged_rows() == []
    with closing(sqlite3.connect(tmp_path / "lestockage.db")) as connection:
        assert connection.execute("SELECT * FROM symbols").fetchall() == [("a.py", *row) for row in symbols]
        assert connection.execute("SELECT * FROM edges").fetchall() == [
            ("a.py", f"a.f{n}", "a.f0", *TYPES[n % 2], n) for n in range(count)
        ]


def test_index_that_contradicts_its_table_is_damage_or_ignored(tmp_path: Path) -> None:
    """Found by flipping bits: the number of a row is in the table and in the index, and the two may differ."""
    with Lestockage.open(tmp_path) as store:
        store.write_rows(1, [("some/path.py", [("s", "module", 1, 1, "")])], [])
    path = tmp_path / "lestockage.db"
    data = path.read_bytes()
    for position in [at for at in range(len(data)) if data.startswith(b"some/path.py", at)]:
        folder = tmp_path / f"{position}"
        folder.mkdir()
        for offset in range(-4, 14):
            changed = bytearray(data)
            changed[position + offset] ^= 8
            (folder / "lestockage.db").write_bytes(changed)
            with suppress(DamagedError), Lestockage.open(folder) as store:
                store.damaged_rows()
                store.write_rows(2, [("some/path.py", [("s", "module", 1, 2, "")])], [])
                assert store.damaged_rows() == []


def test_spoiled_list_of_free_pages_is_damage_though_sqlite_calls_the_disk_full(tmp_path: Path) -> None:
    """Found by flipping bits: told to free some space, a person could have done so for ever."""
    with Lestockage.open(tmp_path) as store:
        committed(store, 1, {f"{n}": b"%d" % n * 3000 for n in range(8)})
        committed(store, 2, {"0": b"0" * 3000})
    path = tmp_path / "lestockage.db"
    data = bytearray(path.read_bytes())
    data[32:36] = b"\x7f\xff\xff\xf0"  # the first page of the list
    path.write_bytes(data)

    def use() -> None:
        with Lestockage.open(tmp_path) as store:
            committed(store, 3, {f"{n}": os.urandom(9000) for n in range(30)})

    with pytest.raises(DamagedError):
        use()
    use()


def test_damage_met_in_the_middle_closes_and_puts_aside(tmp_path: Path) -> None:
    """A torn page shows only when it is read."""
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, {f"{n}": b"%d" % n * 5000 for n in range(20)})
    path = tmp_path / "lestockage.db"
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 200] = b"\xff" * 200
    path.write_bytes(data)

    def read_all() -> None:
        with Lestockage.open(tmp_path) as store:
            store.files()
            list(store.blobs("facts", files))

    with pytest.raises(DamagedError):
        read_all()
    assert list((tmp_path / "quarantine").iterdir())
    with Lestockage.open(tmp_path) as store:
        assert committed(store, 2, {"a": b"a"}) == store.files()


@pytest.mark.parametrize("version", [0, 1, 7])
def test_database_of_another_version_is_a_signal_with_both_versions(tmp_path: Path, version: int) -> None:
    """It is left as it is until the caller discards it."""
    with Lestockage.open(tmp_path) as store:
        committed(store, 1, {"a": b"a"})
    altered(tmp_path, f"PRAGMA user_version = {version}")
    with pytest.raises(VersionMismatch) as caught:
        Lestockage.open(tmp_path)
    assert (caught.value.what, caught.value.found, caught.value.expected) == ("lestockage", version, LESTOCKAGE_VERSION)
    Lestockage.discard(tmp_path)
    Lestockage.discard(tmp_path)
    with Lestockage.open(tmp_path) as store:
        assert store.generation() == 0


def test_reader_only_reads(tmp_path: Path) -> None:
    """It neither makes a database nor changes one."""
    with pytest.raises(StorageError, match="cannot be opened"):
        Lestockage.open(tmp_path, writable=False)
    assert not list(tmp_path.iterdir())
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, {"a": b"a"})
    with Lestockage.open(tmp_path, writable=False) as reader:
        assert reader.files() == files
        with pytest.raises(StorageError, match="reading only"):
            reader.stage([])


def test_failed_transaction_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """Rows that cannot be made, an interrupt: all or nothing."""

    def broken():
        yield "a.py", [("a", "function", 1, 2, "")]
        raise KeyboardInterrupt

    with Lestockage.open(tmp_path) as store:
        store.write_rows(1, [("b.py", [("b", "function", 1, 2, "")])], [])
        with pytest.raises(KeyboardInterrupt):
            store.write_rows(2, broken(), [])
        assert readable(tmp_path, "SELECT path, symbol FROM symbols") == [("b.py", "b")]
        store.stage([parsed(b"one")])


def test_transaction_within_a_transaction_is_refused(tmp_path: Path) -> None:
    """A mistake of the caller's is not mistaken for damage."""
    with Lestockage.open(tmp_path) as store:

        def staging():
            store.stage([parsed(b"one")])
            yield "a.py", []

        with pytest.raises(RuntimeError):
            store.write_rows(1, staging(), [])
        store.stage([parsed(b"one")])
    with pytest.raises(sqlite3.ProgrammingError):
        store.generation()


def test_database_held_by_another_program_is_told_as_locked(tmp_path: Path, monkeypatch) -> None:
    """After the time-out, with what to do."""
    monkeypatch.setattr("lepasserelle.storage.schema.BUSY_TIMEOUT_MS", 50)
    with Lestockage.open(tmp_path) as store:
        stranger = sqlite3.connect(tmp_path / "lestockage.db", isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="another process holds"):
            store.stage([parsed(b"one")])
        stranger.close()
        store.stage([parsed(b"one")])


def test_threads_take_turns(tmp_path: Path) -> None:
    """A pipeline may stage from one thread and ask from another."""
    with Lestockage.open(tmp_path) as store:
        texts = [b"%d" % number for number in range(60)]
        threads = [
            threading.Thread(target=lambda part=part: [store.stage([parsed(text)]) for text in texts[part::3]]) for part in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.known([key_of(text) for text in texts])) == 60


def readable(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What a person sees with `sqlite3`."""
    connection = sqlite3.connect(folder / "lestockage.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


SYMBOLS = [("a.py", [("a", "module", 1, 9, ""), ("a.f", "function", 2, 3, "def f()")]), ("b.py", [("b", "module", 1, 1, "")])]
EDGES = [("a.py", [(1, "b", 0, 2)])]
TYPES = [("imports", "exact", "import b"), ("calls", "exact", "scope")]


def test_rows_can_be_read_with_sqlite3(tmp_path: Path) -> None:
    """Tables `symbols` and `edges` with paths and names in the clear."""
    with Lestockage.open(tmp_path) as store:
        assert store.write_rows(1, SYMBOLS, EDGES, TYPES) == 3
    assert readable(tmp_path, "SELECT * FROM symbols WHERE kind = 'function'") == [("a.py", "a.f", "function", 2, 3, "def f()")]
    assert readable(tmp_path, "SELECT * FROM edges") == [("a.py", "a.f", "b", "imports", "exact", "import b", 2)]


def test_only_rows_that_differ_are_rewritten(tmp_path: Path) -> None:
    """A second run writes nothing; an edit writes its file; a file that is gone takes its rows along."""
    with Lestockage.open(tmp_path) as store:
        store.write_rows(1, SYMBOLS, EDGES, TYPES)
        assert store.write_rows(2, SYMBOLS, EDGES, TYPES) == 0
        edited = [SYMBOLS[0], ("b.py", [("b", "module", 1, 2, "")])]
        assert store.write_rows(3, edited, EDGES, TYPES) == 1
        assert readable(tmp_path, "SELECT path, generation FROM row_files ORDER BY path") == [("a.py", 1), ("b.py", 3)]
        assert store.write_rows(4, edited[1:], [], TYPES) == 2
        assert readable(tmp_path, "SELECT path, symbol, end_line FROM symbols") == [("b.py", "b", 2)]
        assert readable(tmp_path, "SELECT * FROM edge_rows") == []
        assert readable(tmp_path, "SELECT path FROM row_files") == [("b.py",)]


def test_rows_of_a_few_files_are_written_beside_those_of_the_others(tmp_path: Path) -> None:
    """Where one file's lines moved, the rows of the others are neither made nor compared; whether they are there can be asked."""
    edited = ("b.py", [("b", "module", 1, 7, "")])
    with Lestockage.open(tmp_path) as store:
        assert not store.has_rows_of(["a.py", "b.py"])
        store.write_rows(1, SYMBOLS, EDGES, TYPES)
        assert store.has_rows_of(["b.py", "a.py"])
        assert not store.has_rows_of(["a.py"])
        assert not store.has_rows_of(["a.py", "b.py", "c.py"])
        assert store.write_rows(2, [edited], [("b.py", [])], TYPES, others_stay=True) == 1
    assert readable(tmp_path, "SELECT path, symbol, end_line FROM symbols ORDER BY symbol") == [
        ("a.py", "a", 9),
        ("a.py", "a.f", 3),
        ("b.py", "b", 7),
    ]
    assert readable(tmp_path, "SELECT target FROM edges") == [("b",)]
    altered(tmp_path, "UPDATE edge_rows SET target = 'c'")
    with Lestockage.open(tmp_path) as store:
        assert store.damaged_rows() == ["a.py"]
        assert not store.has_rows_of(["a.py", "b.py"])


def test_altered_rows_are_found_and_mended(tmp_path: Path) -> None:
    """Nobody answers from them, and still they are not wrong for ever."""
    with Lestockage.open(tmp_path) as store:
        store.write_rows(1, SYMBOLS, EDGES, TYPES)
        assert store.damaged_rows() == []
    altered(tmp_path, "UPDATE edge_rows SET target = CAST(x'ff' AS TEXT)")
    with Lestockage.open(tmp_path) as store:
        assert store.damaged_rows() == ["a.py"]
        assert store.write_rows(2, SYMBOLS, EDGES, TYPES) == 2
        assert store.damaged_rows() == []
    assert readable(tmp_path, "SELECT target FROM edges") == [("b",)]


@pytest.mark.parametrize("damage", ["UPDATE edge_types SET reason = 'import c'", "DELETE FROM edge_types"])
def test_altered_types_of_edges_are_found_and_mended(tmp_path: Path, damage: str) -> None:
    """What all edges share is altered: each file that has such an edge is told, and no other."""
    with Lestockage.open(tmp_path) as store:
        store.write_rows(1, SYMBOLS, EDGES, TYPES)
    altered(tmp_path, damage)
    with Lestockage.open(tmp_path) as store:
        assert store.damaged_rows() == ["a.py"]
        assert store.write_rows(2, SYMBOLS, EDGES, TYPES) == 2
        assert store.damaged_rows() == []
    assert readable(tmp_path, "SELECT reason FROM edges") == [("import b",)]


def test_edges_that_stay_keep_their_words_when_types_come_in_another_order(tmp_path: Path) -> None:
    """A type's number follows from its words, not from its place: nothing is written again."""
    with Lestockage.open(tmp_path) as store:
        store.write_rows(1, SYMBOLS, EDGES, TYPES)
        moved = [("a.py", [(1, "b", 1, 2)])]
        assert store.write_rows(2, SYMBOLS, moved, TYPES[::-1]) == 0
    assert readable(tmp_path, "SELECT kind, resolution, reason FROM edges") == [TYPES[0]]


def test_names_that_are_no_utf8_are_written_as_escapes(tmp_path: Path) -> None:
    """A module named after such a file does not stop the indexing."""
    name = os.fsdecode(b"m\xff")
    with Lestockage.open(tmp_path) as store:
        store.write_rows(1, [(name, [(name, "module", 1, 1, "")])], [])
        assert store.write_rows(2, [(name, [(name, "module", 1, 1, "")])], []) == 0
    assert readable(tmp_path, "SELECT symbol FROM symbols") == [("m\\udcff",)]


def test_records_are_arrays_on_the_wire() -> None:
    """Their field order is their format."""
    import msgspec

    file = IndexedFile("a", 1, 2, 3, "m", ContentKey(b"f", "python"), 4)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(file)) == ["a", 1, 2, 3, "m", [b"f", "python"], 4]
