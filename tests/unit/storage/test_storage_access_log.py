"""The access log: ids and times, bounded, shared by processes, and worth nothing when damaged."""

import sqlite3
from pathlib import Path

import pytest

from lepasserelle.storage import access_log
from lepasserelle.storage.access_log import AccessLog


def names(log: AccessLog) -> list[tuple[str, bytes]]:
    """Kinds and ids, the last used first."""
    return [(use.kind, use.item) for use in log.recent()]


def test_the_last_used_comes_first_across_openings(tmp_path: Path) -> None:
    """Two logs of one folder see each other's uses; using something again moves it to the front."""
    now = iter(range(100, 200))
    first, second = (AccessLog(tmp_path, clock=lambda: float(next(now))) for _ in range(2))
    first.note("pdg")
    first.note("answer", b"one")
    second.note("vectors")
    first.flush()
    second.note("pdg")
    assert names(second) == [("pdg", b""), ("vectors", b""), ("answer", b"one")]
    assert names(AccessLog(tmp_path, clock=lambda: 150.0)) == names(first)


def test_turned_off_it_writes_and_remembers_nothing(tmp_path: Path) -> None:
    """No file appears, and one that is there is not read."""
    off = AccessLog(tmp_path, is_on=False)
    off.note("pdg")
    assert off.flush() == 0
    assert not list(tmp_path.iterdir())
    on = AccessLog(tmp_path)
    on.note("pdg")
    assert on.flush() == 1
    assert off.recent() == []


def test_it_makes_no_folder(tmp_path: Path) -> None:
    """Where nothing is indexed uses are dropped and counted."""
    log = AccessLog(tmp_path / "none")
    log.note("pdg")
    assert log.flush() == 0
    assert log.dropped == 1
    assert log.recent() == []
    assert not (tmp_path / "none").exists()


def test_it_is_bounded_in_number_and_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest rows stay; old ones, and those from a clock that went wrong, go."""
    monkeypatch.setattr(access_log, "MOST_ROWS", 10)
    now = [1_000.0]
    log = AccessLog(tmp_path, clock=lambda: now[0])
    for number in range(30):
        now[0] += 1
        log.note("answer", bytes([number]))
        log.flush()
    assert names(log) == [("answer", bytes([number])) for number in range(29, 19, -1)]
    now[0] += access_log.OLDEST_S + 5
    log.note("pdg")
    assert names(log) == [("pdg", b"")]
    now[0] -= 1_000
    log.note("vectors")
    assert names(log) == [("vectors", b"")]


def test_what_waits_is_bounded_and_the_rest_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noting never grows without end."""
    monkeypatch.setattr(access_log, "MOST_WAITING", 3)
    log = AccessLog(tmp_path)
    for number in range(5):
        log.note("answer", bytes([number]))
    log.note("answer", bytes([0]))
    assert log.dropped == 2
    assert log.flush() == 3


@pytest.mark.parametrize(
    "content", [b"", b"no database at all, but long enough to be looked at" * 40, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_log_is_made_anew(tmp_path: Path, content: bytes) -> None:
    """Reading it gives nothing; the next use is in a new one."""
    (tmp_path / "access.db").write_bytes(content)
    log = AccessLog(tmp_path)
    assert log.recent() == []
    for _ in range(2):
        log.note("pdg")
        log.flush()
    assert names(log) == [("pdg", b"")]


def test_a_log_that_is_held_or_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    """Uses are dropped and counted; nothing is raised."""
    log = AccessLog(tmp_path)
    log.note("pdg")
    log.flush()
    holder = sqlite3.connect(tmp_path / "access.db", isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        log.note("vectors")
        assert log.flush() == 0
        assert log.dropped == 1
    finally:
        holder.close()
    assert names(log) == [("pdg", b"")]
    (tmp_path / "access.db").unlink()
    (tmp_path / "access.db").mkdir()
    log.note("vectors")
    assert log.flush() == 0
    assert log.recent() == []


def test_visits_come_in_order_bounded_and_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes write; who reads on from a number gets what came since."""
    monkeypatch.setattr(access_log, "MOST_VISITS", 4)
    first, second = AccessLog(tmp_path, clock=lambda: 1e6), AccessLog(tmp_path, clock=lambda: 1e6 + 1)
    first.visit("search", b"branch", ["pdg", "vectors"])
    first.flush()
    second.visit("callers", b"", ["pdg"])
    second.flush()
    found = first.visits()
    assert [(one.at_s, one.asked, one.branch, one.items) for one in found] == [
        (1e6, "search", b"branch", ("pdg", "vectors")),
        (1e6 + 1, "callers", b"", ("pdg",)),
    ]
    for number in range(6):
        second.visit("search", b"", [f"graph:65536:{number}"])
    assert [one.items for one in first.visits(found[-1].number)] == []
    second.flush()
    assert [one.items for one in first.visits(found[-1].number)] == [(f"graph:65536:{number}",) for number in range(2, 6)]
    assert AccessLog(tmp_path, is_on=False).visits() == []


def test_a_log_of_before_visits_goes_on(tmp_path: Path) -> None:
    """The table is made when the first visit is written."""
    with sqlite3.connect(tmp_path / "access.db") as connection:
        connection.execute(
            "CREATE TABLE uses (kind TEXT, item BLOB, at_s REAL, count INTEGER, PRIMARY KEY (kind, item)) WITHOUT ROWID"
        )
    connection.close()
    log = AccessLog(tmp_path)
    assert log.visits() == []
    log.visit("search", b"", ["pdg"])
    log.note("pdg")
    assert log.flush() == 2
    assert [one.items for one in log.visits()] == [("pdg",)]


def test_what_was_learned_is_kept_unless_another_process_was_first(tmp_path: Path) -> None:
    """Compare and swap; a log that was begun anew has another identity and keeps nothing of its forerunner."""
    first, second = AccessLog(tmp_path, clock=lambda: 1e6), AccessLog(tmp_path, clock=lambda: 1e6)
    assert first.standing() is None
    assert not first.keep(b"too early", b"")
    first.visit("search", b"", ["pdg"])
    standing = first.standing()
    assert standing is not None
    assert (standing.newest, standing.learned) == (1, b"")
    assert first.keep(b"one", b"")
    assert not second.keep(b"other", b"")
    assert second.keep(b"two", b"one")
    second.note("pdg")
    assert first.standing() == (standing.identity, 1, b"two")
    (tmp_path / "access.db").unlink()
    second.visit("search", b"", ["pdg"])
    anew = second.standing()
    assert anew is not None
    assert anew.identity != standing.identity
    assert (anew.newest, anew.learned) == (1, b"")
    off = AccessLog(tmp_path, is_on=False)
    assert off.standing() is None
    assert not off.keep(b"three", b"")


def test_a_log_without_an_identity_is_read_and_gets_one(tmp_path: Path) -> None:
    """One of an earlier version: nothing is put away."""
    old = AccessLog(tmp_path, clock=lambda: 1e6)
    old.visit("search", b"", ["pdg"])
    old.flush()
    with sqlite3.connect(tmp_path / "access.db") as connection:
        connection.execute("DROP TABLE kept")
    connection.close()
    log = AccessLog(tmp_path, clock=lambda: 1e6)
    assert log.standing() is None
    assert not log.keep(b"one", b"")
    assert len(log.visits()) == 1
    log.visit("search", b"", ["pdg"])
    standing = log.standing()
    assert standing is not None
    assert (standing.newest, len(log.visits())) == (2, 2)
