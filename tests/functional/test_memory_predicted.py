"""Warming by what this user's own log says will be touched next: caches, answers and blocks of pages."""

import subprocess
import sys
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig, WarmStrategy
from lepasserelle.leindex import foresight
from lepasserelle.leindex.foresight import LEAST_VISITS

QUIET = MemoryConfig(auto_spill=False)
BLOCKS = MemoryConfig(auto_spill=False, predict_blocks=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An indexed project of some files."""
    for number in range(30):
        text = (
            f"def wheel{number}(speed):\n    return axle{number}(speed)\n\ndef axle{number}(speed):\n    return speed * {number}\n"
        )
        (tmp_path / f"wheel{number}.py").write_text(text, encoding="utf-8")
    with LeIndex(tmp_path, QUIET) as leindex:
        leindex.index_project()
    return tmp_path


def outcomes(leindex: LeIndex) -> dict[str, str]:
    """What became of each cache."""
    return {one.name: one.outcome for one in leindex.warm_caches(WarmStrategy.PREDICTED).caches}


def test_what_is_not_expected_is_left_out(project: Path) -> None:
    """After many questions about the graph alone only the graph is loaded, in the next process, too."""
    with LeIndex(project, QUIET) as leindex:
        leindex.search("wheel1")
        for _ in range(20):
            leindex.callers("axle3")
    with LeIndex(project, QUIET) as leindex:
        assert outcomes(leindex) == {"pdg": "loaded", "vectors": "left out: not expected next"}
        assert leindex.search("wheel1")
        told = leindex.get_cache_stats().prediction
        assert told is not None
        assert (told.in_use, told.visits) == ("ewma", 22)
        assert outcomes(leindex) == {"pdg": "already there", "vectors": "already there"}


def test_with_too_little_to_go_by_what_was_used_last_comes_first(project: Path) -> None:
    """Everything is loaded, as by `RECENT_FIRST`."""
    with LeIndex(project, QUIET) as leindex:
        leindex.callers("axle3")
        told = leindex.get_cache_stats().prediction
        assert told is not None
        assert (told.in_use, told.visits) == ("learning", 1)
        leindex.spill_all_caches()
        assert outcomes(leindex) == {"pdg": "loaded", "vectors": "loaded"}


def test_an_answer_that_is_asked_for_again_and_again_comes_back(project: Path) -> None:
    """From the store, before anybody asks."""
    with LeIndex(project, QUIET) as leindex:
        for _ in range(20):
            leindex.analyze("wheel7")
        leindex.spill_all_caches()
        assert leindex.get_cache_stats().caches[-1].entries == 0
        assert outcomes(leindex)["analysis"] == "loaded"
        assert leindex.get_cache_stats().caches[-1].entries == 1


def test_a_log_that_is_off_or_a_branch_that_cannot_be_read_costs_nothing(project: Path) -> None:
    """Nothing is written, nothing predicted."""
    (project / ".git").write_text("gitdir: elsewhere")
    with LeIndex(project, MemoryConfig(auto_spill=False, access_log=False)) as leindex:
        for _ in range(foresight.LEAST_VISITS + 2):
            leindex.callers("axle3")
        assert outcomes(leindex) == {"pdg": "already there", "vectors": "loaded"}
        assert leindex._keeper.log.visits() == []


def test_the_branch_is_an_opaque_id(project: Path) -> None:
    """It tells branches apart and names none."""
    (project / ".git").mkdir()
    found = []
    with LeIndex(project, QUIET) as leindex:
        for branch in (b"ref: refs/heads/main\n", b"ref: refs/heads/secret-plan\n", b"ref: refs/heads/main\n"):
            (project / ".git" / "HEAD").write_bytes(branch)
            leindex.callers("axle3")
        found = [visit.branch for visit in leindex._keeper.log.visits()]
    assert found[0] == found[2] != found[1]
    assert b"secret-plan" not in (project / ".leindex" / "access.db").read_bytes()


def test_blocks_of_pages_are_learned_from_what_was_touched_and_brought_in(project: Path) -> None:
    """Each period writes down what it touched; then a warmed cache has exactly the predicted blocks, and answers as before."""
    with LeIndex(project, BLOCKS) as leindex:
        expected = leindex.callers("axle3")
        generation = leindex._current.peek()
        assert generation is not None
        touched = generation.touched_blocks("pdg")
        if not touched:
            pytest.skip("the system does not show the page table")
        for _ in range(12):
            leindex.spill_pdg_cache()
            assert leindex.callers("axle3") == expected
        leindex.spill_pdg_cache()
        periods = [visit.items for visit in leindex._keeper.log.visits() if visit.asked == "period:pdg"]
        assert len(periods) >= 12
        assert set(periods[-1]) <= set(generation.blocks("pdg"))
        brought = []
        for _ in range(2 * foresight.WATCH_EVERY):
            leindex.spill_all_caches()
            assert outcomes(leindex)["pdg"] == "loaded"
            brought.append(generation.touched_blocks("pdg"))
            assert leindex.callers("axle3") == expected
        assert sum(set(periods[-1]) <= set(blocks) for blocks in brought) >= foresight.WATCH_EVERY


def test_the_statistics_of_a_process_that_asked_nothing_are_those_of_the_log(project: Path) -> None:
    """Who predicts, and by how many questions, whoever asked them; nothing is claimed where no log is kept."""
    with LeIndex(project, QUIET) as leindex:
        for number in range(LEAST_VISITS):
            told = leindex.get_cache_stats().prediction
            assert told is not None
            assert (told.in_use, told.visits) == ("learning", number)
            leindex.callers("axle3")
        before = leindex.get_cache_stats().prediction
    with LeIndex(project, QUIET) as leindex:
        assert leindex.get_cache_stats().prediction == before
        assert before is not None
        assert (before.in_use, before.visits) == ("ewma", LEAST_VISITS)
    with LeIndex(project, MemoryConfig(auto_spill=False, access_log=False)) as leindex:
        assert leindex.get_cache_stats().prediction is None


def test_a_command_says_how_predicting_stands(project: Path) -> None:
    """By the log of earlier processes."""
    with LeIndex(project, QUIET) as leindex:
        leindex.callers("axle3")
    command = [sys.executable, "-m", "lepasserelle", "cache", "stats", "-p", str(project)]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "predicting nothing yet: 1 question in the log, which is too few" in text
