"""Two `LeIndex` of one process on one index: what the process holds of it is told once."""

from pathlib import Path

import pytest

from lepasserelle import CacheFigures, LeIndex, MemoryConfig

QUIET = MemoryConfig(auto_spill=False)
CACHES = ("pdg", "vectors")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small indexed project."""
    for number in range(12):
        text = (
            f'class Wheel{number}:\n    """Wheel of the machine."""\n\n    def turn{number}(self, speed):\n        return speed\n'
        )
        (tmp_path / f"wheel{number}.py").write_text(text, encoding="utf-8")
    with LeIndex(tmp_path, QUIET) as leindex:
        leindex.index_project()
    return tmp_path


def told(leindex: LeIndex) -> dict[str, CacheFigures]:
    """Graph and search index by name."""
    return {figures.name: figures for figures in leindex.get_cache_stats().caches if figures.name in CACHES}


@pytest.mark.skipif(not Path("/proc/self/pagemap").exists(), reason="pages are told by Linux")
def test_pages_that_two_map_are_told_once_and_given_back_by_the_last(project: Path) -> None:
    """Each tells what the process holds, which does not grow by the other; what one gives back and the other holds is not gone."""
    with LeIndex(project, QUIET) as one, LeIndex(project, QUIET) as other:
        one.search("turn the wheel")
        alone = told(one)
        other.search("turn the wheel")
        both = [told(leindex) for leindex in (one, other)]
        for name in CACHES:
            held = alone[name].resident_file_bytes
            assert held
            assert [figures[name].resident_file_bytes for figures in both] == [held, held]
        pdg_bytes = both[0]["pdg"].resident_file_bytes or 0
        first = one.manager.spill("pdg")
        assert (first.outcome.value, first.file_bytes) == ("spilled", 0)
        assert told(one)["pdg"].state == "warm"
        assert told(one)["pdg"].resident_file_bytes == pdg_bytes
        assert other.manager.spill("pdg").file_bytes == pdg_bytes
        assert [told(leindex)["pdg"].resident_file_bytes for leindex in (one, other)] == [0, 0]
