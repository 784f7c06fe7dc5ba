"""Copies of segments in lestockage: what comes out is what went in, or it is said to be damaged."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_samples import bytes_in

from lepasserelle.errors import StorageError
from lepasserelle.storage import DamagedCopy, Lestockage, SegmentRef, layout, write_segment
from lepasserelle.storage.copies import PIECE_BYTES
from lepasserelle.storage.frozen import freeze

KINDS = ("graph", "lexical", "vectors")
CELLS = [
    *(("copies", column) for column in ("kind", "name", "pieces", "checksum")),
    *(("copy_pieces", column) for column in ("checksum", "data")),
]
quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def segment(kind: str, generation: int) -> SegmentRef:
    """One of that generation."""
    return SegmentRef(kind, f"{generation}-{kind}-0.seg", 1, "0")


def written(folder: Path, name: str, data: bytes) -> Path:
    """A file that stands for a copy."""
    path = folder / name
    path.write_bytes(data)
    return path


def read(store: Lestockage, ref: SegmentRef) -> bytes:
    """What is kept of it."""
    return b"".join(store.copy(ref))


def long(*parts: int) -> bytes:
    """Pieces filled with these numbers, and a rest."""
    return b"".join(bytes([part]) * PIECE_BYTES for part in parts) + b"rest"


contents = st.lists(st.integers(0, 3), max_size=3).map(lambda parts: long(*parts)) | st.binary(max_size=9)


@quick
@given(generations=st.lists(st.dictionaries(st.sampled_from(KINDS), contents), min_size=1, max_size=4))
def test_whatever_was_kept_before_a_generation_has_its_copies_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, generations: list[dict[str, bytes]]
) -> None:
    """Of any lengths, more or fewer than before, alike or not; no piece is left over."""
    folder = tmp_path_factory.mktemp("copies")
    with Lestockage.open(folder) as store:
        for number, copies in enumerate(generations):
            store.keep_copies({segment(kind, number): written(folder, f"{number}{kind}", data) for kind, data in copies.items()})
            assert store.copies() == {segment(kind, number).name for kind in copies}
            assert {kind: read(store, segment(kind, number)) for kind in copies} == copies
            assert read(store, segment("graph", number + 1)) == b""
    with closing(sqlite3.connect(folder / "lestockage.db")) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM copy_pieces").fetchall()
    assert count == sum(-(-len(data) // PIECE_BYTES) for data in generations[-1].values())


def test_only_pieces_that_differ_are_written(tmp_path: Path) -> None:
    """One of four changed: the three others are the rows that were there."""
    with Lestockage.open(tmp_path) as store:
        store.keep_copies({segment("graph", 1): written(tmp_path, "a", long(1, 2, 3))})
        with closing(sqlite3.connect(tmp_path / "lestockage.db", isolation_level=None)) as connection:
            connection.execute("CREATE TABLE touched (id INTEGER)")
            for event in ("INSERT", "DELETE"):
                row = "new" if event == "INSERT" else "old"
                connection.execute(
                    f"CREATE TRIGGER on_{event} AFTER {event} ON copy_pieces BEGIN INSERT INTO touched VALUES ({row}.id); END"
                )
        store.keep_copies({segment("graph", 2): written(tmp_path, "b", long(1, 9, 3))})
        assert read(store, segment("graph", 2)) == long(1, 9, 3)
    with closing(sqlite3.connect(tmp_path / "lestockage.db")) as connection:
        assert {number & 0xFFFF for (number,) in connection.execute("SELECT id FROM touched")} == {1}


def test_what_an_edit_left_is_no_other_piece_wherever_it_stands(tmp_path: Path) -> None:
    """A section before the others became longer: its piece is written, and the last one, which names it."""
    chance = np.random.default_rng(3)
    noise = {f"noise{number}": chance.integers(0, 256, 100_000).astype(np.uint8) for number in range(5)}
    refs = [
        write_segment(tmp_path, size, "graph", {"first": chance.integers(0, 256, 70_000 + size).astype(np.uint8), **noise})
        for size in (1, 2)
    ]
    pieces = []
    with Lestockage.open(tmp_path) as store:
        for ref in refs:
            freeze(tmp_path, ref)
            path = layout.frozen_path(tmp_path, ref.name)
            store.keep_copies({ref: path})
            pieces.append(list(store.copy(ref)))
            assert b"".join(pieces[-1]) == path.read_bytes()
    assert [len(some) for some in pieces] == [7, 7]
    assert [one == other for one, other in zip(*pieces, strict=True)] == [False, *[True] * 5, False]


@quick
@given(data=st.data())
def test_any_flipped_bit_of_a_row_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """In the name, the number of pieces, a checksum or the content: the copy is missing or damaged, never another one."""
    folder = tmp_path_factory.mktemp("flipped")
    whole = long(1, 2)
    with Lestockage.open(folder) as store:
        store.keep_copies({segment("graph", 1): written(folder, "a", whole), segment("lexical", 1): written(folder, "b", b"words")})
        table, column = data.draw(
            st.sampled_from(
                [("copies", c) for c in ("kind", "name", "pieces", "checksum")] + [("copy_pieces", c) for c in ("checksum", "data")]
            )
        )
        with closing(sqlite3.connect(folder / "lestockage.db", isolation_level=None)) as connection:
            ((row_id, value),) = connection.execute(f"SELECT id, {column} FROM {table} ORDER BY id LIMIT 1").fetchall()
            if isinstance(value, int):
                altered: object = value ^ 1 << data.draw(st.integers(0, 40))
            else:
                raw = bytearray(value.encode() if isinstance(value, str) else value)
                raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 6))
                altered = raw.decode() if isinstance(value, str) else bytes(raw)
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (altered, row_id))
        try:
            found = read(store, segment("graph", 1))
        except DamagedCopy as error:
            store.forget_copy(error.ref)
            found = read(store, segment("graph", 1))
        assert found == b""
        assert read(store, segment("lexical", 1)) == b"words"
        store.keep_copies({segment("graph", 1): folder / "a", segment("lexical", 1): folder / "b"})
        assert read(store, segment("graph", 1)) == whole


def test_a_missing_piece_is_damage(tmp_path: Path) -> None:
    """A copy with a hole is none."""
    with Lestockage.open(tmp_path) as store:
        store.keep_copies({segment("graph", 1): written(tmp_path, "a", long(1, 2))})
        with closing(sqlite3.connect(tmp_path / "lestockage.db", isolation_level=None)) as connection:
            connection.execute("DELETE FROM copy_pieces WHERE id & 1")
        with pytest.raises(DamagedCopy, match="leindex index"):
            read(store, segment("graph", 1))
        assert store.copies() == {segment("graph", 1).name}


def test_a_copy_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    """The transaction ends as it began: what was kept is kept."""
    with Lestockage.open(tmp_path) as store:
        store.keep_copies({segment("graph", 1): written(tmp_path, "a", b"first")})
        with pytest.raises(StorageError, match="nowhere"):
            store.keep_copies({segment("graph", 2): tmp_path / "nowhere"})
        assert read(store, segment("graph", 1)) == b"first"


def test_what_a_former_generation_kept_is_gone_from_the_disk(tmp_path: Path) -> None:
    """A secret in a segment leaves with it: no byte of the former copy is in the database or its log."""
    secret = b"correct horse battery staple" * 400
    with Lestockage.open(tmp_path) as store:
        path = written(tmp_path, "a", secret)
        store.keep_copies({segment("graph", 1): path})
        path.write_bytes(b"nothing to hide")
        assert b"correct horse" in bytes_in(tmp_path)
        store.keep_copies({segment("graph", 2): path})
        assert b"correct horse" not in bytes_in(tmp_path)
