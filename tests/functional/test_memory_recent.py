"""Warming what was used last, as another process left it."""

from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig, WarmStrategy
from lepasserelle.errors import CacheError
from lepasserelle.query import Analyst

QUIET = MemoryConfig(auto_spill=False)


def make(root: Path) -> Path:
    """A project of one file."""
    (root / "a.py").write_text("def answer():\n    return question()\n\ndef question():\n    return 42\n", encoding="utf-8")
    return root


def order(leindex: LeIndex) -> list[str]:
    """Names in the order in which they were warmed."""
    return [one.name for one in leindex.warm_caches(WarmStrategy.RECENT_FIRST).caches]


def test_what_another_opening_used_last_comes_first(tmp_path: Path) -> None:
    """A search, then a question about the graph: the graph first. The other way round: the search index."""
    with LeIndex(make(tmp_path), QUIET) as leindex:
        leindex.index_project()
        leindex.search("answer")
        leindex.callers("question")
    with LeIndex(tmp_path, QUIET) as leindex:
        assert order(leindex) == ["pdg", "vectors"]
        leindex.search("answer")
    with LeIndex(tmp_path, QUIET) as leindex:
        assert order(leindex) == ["vectors", "pdg"]


def test_answers_that_were_asked_for_last_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the store into memory, before anybody asks."""
    with LeIndex(make(tmp_path), QUIET) as leindex:
        leindex.index_project()
        before = leindex.analyze("answer")
        leindex.spill_all_caches()
    with LeIndex(tmp_path, QUIET) as leindex:
        assert leindex.get_cache_stats().caches[-1].entries == 0
        assert order(leindex)[-1] == "analysis"
        assert leindex.get_cache_stats().caches[-1].entries == 1
        monkeypatch.setattr(Analyst, "analyze", lambda *_: pytest.fail("computed again"))
        assert leindex.analyze("answer") == before


def test_warming_says_of_answers_what_it_really_did(tmp_path: Path) -> None:
    """Loaded, already there, or nothing there to be loaded: `loaded` is said of bytes that came and of nothing else."""

    def answers(leindex: LeIndex) -> tuple[str, bool]:
        *_, told = leindex.warm_caches(WarmStrategy.RECENT_FIRST).caches
        return (told.outcome, told.size_bytes > 0) if told.name == "analysis" else ("not named", False)

    with LeIndex(make(tmp_path), QUIET) as leindex:
        leindex.index_project()
        leindex.analyze("answer")
        assert answers(leindex) == ("already there", False)
        leindex.spill_all_caches()
        assert answers(leindex) == ("loaded", True)
        assert answers(leindex) == ("already there", False)
        leindex.spill_all_caches()
        leindex.clear_cache_store()
        assert answers(leindex) == ("left out: none of the answers asked for before is stored", False)


def test_the_log_holds_no_question_and_may_be_turned_off_or_vanish(tmp_path: Path) -> None:
    """Ids and times only; without it the order is graph, search index."""
    with LeIndex(make(tmp_path), QUIET) as leindex:
        leindex.index_project()
        leindex.analyze("zebrafish answer")
        leindex.search("zebrafish answer")
    file = tmp_path / ".leindex" / "access.db"
    assert b"zebrafish" not in file.read_bytes()
    file.unlink()
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False, access_log=False)) as leindex:
        leindex.search("answer")
        assert order(leindex) == ["pdg", "vectors"]
    assert not file.exists()


def test_a_strategy_may_be_its_word_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    """As the command spells it; what is none gives the words that there are, and no error of Python's."""
    with LeIndex(make(tmp_path), QUIET) as leindex:
        leindex.index_project()
        assert leindex.warm_caches("pdg_only").strategy == "pdg_only"  # type: ignore[arg-type]
        with pytest.raises(CacheError, match="recent_first"):
            leindex.warm_caches("everything")  # type: ignore[arg-type]
