"""Staleness: found off the query path, bounded the first time, never waited for later."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from lepasserelle import LeIndex
from lepasserelle.files import WalkRules
from lepasserelle.leindex.staleness import Known, Staleness, StalenessWatch


def watch(root: Path, known: Mapping[str, tuple[int, int]] | None, wait_ms: int = 5_000, interval_ms: int = 0) -> StalenessWatch:
    """A watch over a project whose index knows these files."""
    return StalenessWatch(root, WalkRules(), lambda: None if known is None else Known(known), wait_ms, interval_ms)


def test_it_counts_what_differs(tmp_path: Path) -> None:
    """One changed, one added, one removed."""
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("x = 1\n")
    status = (tmp_path / "b.py").stat()
    known = {"a.py": (1, 1), "gone.py": (1, 1)}
    assert watch(tmp_path, known).check() == Staleness(3)
    assert watch(tmp_path, {"a.py": known["a.py"], "b.py": (status.st_size, status.st_mtime_ns)}).check() == Staleness(1)


def test_without_knowledge_or_without_time_nothing_is_claimed(tmp_path: Path) -> None:
    """None is not zero."""
    (tmp_path / "a.py").write_text("x = 1\n")
    assert watch(tmp_path, None).check() == Staleness(None)
    assert watch(tmp_path, {}, wait_ms=0).check() == Staleness(None)


def test_a_walk_that_is_cut_short_gives_a_lower_bound(tmp_path: Path) -> None:
    """After the deadline the figure says "at least"."""
    for number in range(30):
        folder = tmp_path / f"folder{number}"
        folder.mkdir()
        (folder / "a.py").write_text("x = 1\n")
    made = StalenessWatch(tmp_path, WalkRules(), lambda: Known({}), 5_000, 0, clock=iter(range(0, 10_000, 3)).__next__)
    found = made.check()
    assert found.stale_is_lower_bound
    assert found.stale_files is not None
    assert found.stale_files < 30


def test_only_the_first_figure_is_waited_for(tmp_path: Path) -> None:
    """While a later walk hangs, the last figure is the answer at once, and no second walk starts beside it."""
    (tmp_path / "a.py").write_text("x = 1\n")
    gate, asked = threading.Event(), []

    def known() -> Known:
        asked.append(1)
        if len(asked) > 1:
            gate.wait(20)
        return Known({})

    made = StalenessWatch(tmp_path, WalkRules(), known, 5_000, 0)
    assert made.check() == Staleness(1)
    (tmp_path / "b.py").write_text("x = 1\n")
    started = time.monotonic()
    assert made.check() == Staleness(1)
    assert made.check() == Staleness(1)
    assert time.monotonic() - started < 5
    gate.set()
    for _ in range(200):
        if made.check() == Staleness(2):
            break
        time.sleep(0.02)
    assert made.check() == Staleness(2)


def test_within_the_interval_no_walk_is_started(tmp_path: Path) -> None:
    """Two questions in a row cost one walk."""
    asked: list[int] = []

    def known() -> Known:
        asked.append(1)
        return Known({})

    made = StalenessWatch(tmp_path, WalkRules(), known, 5_000, 60_000)
    made.check()
    made.check()
    assert asked == [1]
    made.forget()
    made.check()
    assert asked == [1, 1]


def test_an_index_of_another_version_that_the_walk_finds_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the walk itself, which ends: an error in its thread would fail this test, as waiting for itself did."""
    (tmp_path / "a.py").write_text("def f(): pass\n", "utf-8")
    with LeIndex(tmp_path, stale_check_ms=60_000) as leindex:
        leindex.index_project()
    monkeypatch.setattr("lepasserelle.ingest.features.FEATURES", {"graph": 10_000})
    with LeIndex(tmp_path, stale_check_ms=60_000) as leindex:
        leindex.staleness()
        assert [thread.name for thread in threading.enumerate() if thread.name == "lepasserelle-stale"] == []
