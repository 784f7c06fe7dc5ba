"""Blobs are read some at a time: the same ones in the same order, up to a damaged one; nothing is held while who reads pauses."""

import sqlite3
from pathlib import Path

import pytest
from storage_samples import committed

from lepasserelle.storage import DamagedFacts, Lestockage, ahead


def texts(count: int) -> dict[str, bytes]:
    """So many different files."""
    return {f"{number:04}.py": b"text %d" % number for number in range(count)}


@pytest.mark.parametrize("count", [0, 1, ahead.MOST - 1, ahead.MOST, ahead.MOST + 1, 3 * ahead.MOST])
def test_all_blobs_come_in_the_order_that_was_asked_for(tmp_path: Path, count: int) -> None:
    """Whatever the number of files, at and beside the bounds of what is read at a time; repeated ones, too."""
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, texts(count))
        asked = [*reversed(files), *files]
        assert [file for file, _ in store.blobs("facts", asked)] == asked
        assert [blob for _, blob in store.blobs("facts", files)] == [b"facts of " + text for text in texts(count).values()]


def test_large_blobs_are_not_held_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is read ahead there is one blob more than the bound at most."""
    monkeypatch.setattr(ahead, "MOST_BYTES", 30)
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, texts(10))
        found, damage = ahead.blobs(store._connection, "facts", iter(files))
        assert damage is None
        assert 30 <= sum(len(blob) for _, blob in found) < 60
        assert len(list(store.blobs("facts", files))) == 10


@pytest.mark.parametrize("damaged", [0, 5, ahead.MOST - 1, ahead.MOST, ahead.MOST + 1])
def test_what_stands_before_a_damaged_blob_is_given_first(tmp_path: Path, damaged: int) -> None:
    """The error names the file, as if each were read alone."""
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, texts(2 * ahead.MOST))
        connection = sqlite3.connect(tmp_path / "lestockage.db", isolation_level=None)
        connection.execute("UPDATE blobs SET data = X'00' WHERE data = ?", (b"facts of text %d" % damaged,))
        connection.close()
        seen = []
        with pytest.raises(DamagedFacts) as raised:
            seen.extend(file for file, _ in store.blobs("facts", files))
        assert raised.value.path == files[damaged].path
        walk = store.blobs("facts", files)
        assert [next(walk)[0] for _ in range(damaged)] == files[:damaged]


def test_a_reader_that_pauses_holds_up_nobody(tmp_path: Path) -> None:
    """Between two files the log can be emptied and the same connection can write."""
    with Lestockage.open(tmp_path) as store, Lestockage.open(tmp_path, writable=False) as reader:
        files = committed(store, 1, texts(2 * ahead.MOST))
        walk, own = reader.blobs("facts", files), store.blobs("facts", files)
        next(walk), next(own)
        store.put_terms([(files[0], b"others")])
        assert store.commit(2, files)
        assert (tmp_path / "lestockage.db-wal").stat().st_size == 0
        assert len([*walk, *own]) == 2 * (2 * ahead.MOST - 1)


def test_a_reader_within_a_transaction_leaves_it_open(tmp_path: Path) -> None:
    """What was begun by somebody else is ended by them."""
    with Lestockage.open(tmp_path) as store:
        files = committed(store, 1, texts(3))
        with store._writing("test") as connection:
            assert len(list(store.blobs("facts", files))) == 3
            assert connection.in_transaction
