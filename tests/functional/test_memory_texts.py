"""Texts that questions for lines left unpacked are part of the search index: told, bounded, and the first to go."""

import shutil
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest
from lepasserelle.leindex.generation import VECTORS
from lepasserelle.memory import Outcome
from lepasserelle.model import TextMatch

FILES, LINES = 40, 4000
TEXT_BYTES = FILES * LINES * len("# total of the day ......\n")
QUIET = MemoryConfig(auto_spill=False)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four megabytes of text."""
    root = tmp_path_factory.mktemp("texts")
    for number in range(FILES):
        (root / f"part{number}.py").write_text(f"def needle{number}(): pass\n" + "# total of the day ......\n" * (LINES - 1))
    Ingest(root, Settings()).index()
    return root


def needles(leindex: LeIndex) -> list[TextMatch]:
    """A text that is in every file."""
    found = leindex.find_text("def needle")
    assert len(found) == FILES
    return found


def held_bytes(leindex: LeIndex) -> int:
    """What the search index holds, as everybody is told."""
    return next(cache.resident_bytes for cache in leindex.get_cache_stats().caches if cache.name == VECTORS)


def texts_bytes(leindex: LeIndex) -> int:
    """What of that is unpacked texts."""
    return leindex._current.ask(lambda generation: generation.texts().held_bytes)


def test_from_the_second_question_on_texts_are_kept_and_counted(indexed: Path) -> None:
    """One question keeps nothing; what later ones keep stands in the figures of the search index, and goes with it."""
    with LeIndex(indexed, QUIET) as leindex:
        first = needles(leindex)
        before_bytes = held_bytes(leindex)
        assert texts_bytes(leindex) == 0
        assert needles(leindex) == needles(leindex) == first
        assert texts_bytes(leindex) > TEXT_BYTES * 0.95
        assert held_bytes(leindex) - before_bytes > TEXT_BYTES * 0.95
        leindex.spill_vector_cache()
        assert held_bytes(leindex) == 0
        assert needles(leindex) == first


def test_they_go_before_anything_else_of_the_search_index_does(indexed: Path) -> None:
    """A spill that they are enough for leaves words, vectors and trigrams mapped; what it gave back is measured."""
    with LeIndex(indexed, QUIET) as leindex:
        first = needles(leindex)
        needles(leindex)
        reloads = {cache.name: cache.reloads for cache in leindex.get_cache_stats().caches}
        report = leindex.manager.spill(VECTORS, TEXT_BYTES // 2)
        assert report.outcome is Outcome.SPILLED
        assert report.moved_bytes > TEXT_BYTES * 0.95
        if report.anonymous_bytes is not None:
            assert report.anonymous_bytes > TEXT_BYTES * 0.7
        assert texts_bytes(leindex) == 0
        assert held_bytes(leindex) > 0
        assert needles(leindex) == first
        assert {cache.name: cache.reloads for cache in leindex.get_cache_stats().caches} == reloads


@pytest.mark.parametrize("bound_bytes", [1, 4_000_000])
def test_what_caches_may_hold_bounds_them(indexed: Path, bound_bytes: int) -> None:
    """A quarter of it at most, whatever is asked; answers are the same."""
    with LeIndex(indexed, QUIET) as free:
        first = needles(free)
    with LeIndex(indexed, MemoryConfig(auto_spill=False, max_cache_bytes=bound_bytes)) as leindex:
        for _ in range(4):
            assert needles(leindex) == first
            assert texts_bytes(leindex) <= bound_bytes // 4


def test_without_room_below_the_low_mark_nothing_is_kept(indexed: Path) -> None:
    """Texts are a convenience: they take no room that something else would be spilled for."""
    with LeIndex(indexed, QUIET) as leindex:
        leindex._keeper.manager.room_bytes = lambda: 0  # type: ignore[method-assign]
        first = needles(leindex)
        assert needles(leindex) == first
        assert texts_bytes(leindex) == 0


def test_a_new_generation_keeps_none_of_the_former(indexed: Path, tmp_path: Path) -> None:
    """Files have other numbers there."""
    project = shutil.copytree(indexed, tmp_path / "project")
    with LeIndex(project, QUIET) as leindex:
        before = [needles(leindex), needles(leindex)][1]
        assert texts_bytes(leindex) > 0
        (project / "a.py").write_text("nothing = 1\n")
        leindex.index_project()
        assert needles(leindex) == before
        assert texts_bytes(leindex) == 0
