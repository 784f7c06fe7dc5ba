"""A slow tier behind the store of answers: identical answers, what lies where, and nothing of it unless it is asked for."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from lepasserelle import ConfigError, LeIndex, MemoryConfig
from lepasserelle.memory.store import CacheStore

QUESTIONS = [f"wheel {word}" for word in ("zero", "one", "two", "three", "four", "five", "six", "seven")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small indexed project with long functions, so that an answer takes more than one block of a disk."""
    root = tmp_path_factory.mktemp("wheels")
    chance = random.Random(1)
    for number, question in enumerate(QUESTIONS):
        word = question.split()[1]
        body = "\n".join(f"    speed += {chance.getrandbits(80)}" for _ in range(120))
        (root / f"{word}.py").write_text(
            f'def wheel_{word}(speed):\n    """Wheel {word}."""\n{body}\n    return {number}\n', encoding="utf-8"
        )
    with LeIndex(root) as leindex:
        leindex.index_project()
    return root


def test_answers_come_back_from_the_slow_tier_as_they_were(project: Path, tmp_path: Path) -> None:
    """What the small fast tier pushed out; both processes see where everything lies."""
    config = MemoryConfig(auto_spill=False, cache_dir=tmp_path / "f", store_quota_bytes=16_384, slow_dir=tmp_path / "s")
    with LeIndex(project, config) as leindex:
        answers = [leindex.analyze(question, 3000) for question in QUESTIONS]
        leindex.spill_all_caches()
        assert leindex.check_memory_and_spill() is False
        fast, slow = leindex.tiers()
        assert fast.held_bytes <= 16_384
        assert slow.held_bytes > 0
        assert {"segments", "copies"} <= {one.what for one in fast.contents}
        assert sum(one.entries for tier in (fast, slow) for one in tier.contents if one.what == "analyze") == len(QUESTIONS)
    with LeIndex(project, config) as leindex:
        assert [leindex.analyze(question, 3000) for question in QUESTIONS] == answers
        counts = leindex.get_cache_stats().caches[-1]
        assert (counts.misses, counts.reloads) == (0, len(QUESTIONS))
        assert leindex.verify_caches().is_whole
        assert leindex.clear_cache_store() > 0


def test_there_is_one_folder_unless_a_slow_one_is_set(project: Path) -> None:
    """Off by default."""
    with LeIndex(project, MemoryConfig(auto_spill=False)) as leindex:
        assert isinstance(leindex._keeper.store, CacheStore)
        assert [tier.name for tier in leindex.tiers()] == ["L2"]


def test_the_project_s_settings_name_a_slow_tier_for_every_process(project: Path, tmp_path: Path) -> None:
    """Also for the command that shows what lies where."""
    command = [sys.executable, "-m", "lepasserelle", "cache", "tiers", "-p", str(project)]
    environment = {**os.environ, "LEINDEX_SLOW_DIR": str(tmp_path / "s"), "LEINDEX_TIER_ORDER": "measured"}
    done = subprocess.run([*command, "--json"], env=environment, capture_output=True, check=True, text=True)
    told = json.loads(done.stdout)
    assert [tier["name"] for tier in told["tiers"]] == ["L2", "L3"]
    assert {tier["folder"] for tier in told["tiers"]} == {str(project / ".leindex"), str(tmp_path / "s")}
    assert all(tier["why"].startswith("measured: ") for tier in told["tiers"])
    assert {one["name"] for one in told["processes"][0]["caches"]["caches"]} == {"pdg", "vectors", "analysis"}
    text = subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout
    assert text.startswith("L1  memory of process ")
    assert "\nL2  " in text
    assert "\nL3  " in text


def test_what_a_program_sets_stands_over_the_project_s_settings(project: Path, tmp_path: Path) -> None:
    """As everywhere."""
    config = MemoryConfig(auto_spill=False, slow_dir=tmp_path / "mine")
    with LeIndex(project, config, slow_dir=str(tmp_path / "theirs")) as leindex:
        assert leindex.tiers()[1].folder == str(tmp_path / "mine")
    with LeIndex(project, slow_dir="theirs", slow_quota_bytes="7 MB") as leindex:
        slow = leindex.tiers()[1]
        assert (slow.folder, slow.quota_bytes, slow.why) == (str(project / "theirs"), 7_000_000, "as configured")


@pytest.mark.parametrize("way", ["itself", "link", "index"])
def test_one_folder_is_not_two_tiers(project: Path, tmp_path: Path, way: str) -> None:
    """Moving an answer from a folder to the same one removed it; whoever asks for that is told so at open."""
    fast = tmp_path / "fast"
    fast.mkdir()
    (tmp_path / "link").symlink_to(fast)
    slow = {"itself": fast, "link": tmp_path / "link", "index": project / ".leindex"}[way]
    with pytest.raises(ConfigError, match="slow_dir"):
        LeIndex(project, MemoryConfig(auto_spill=False, cache_dir=fast, slow_dir=slow))
