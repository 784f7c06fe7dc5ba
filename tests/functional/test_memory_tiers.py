"""A slow tier behind the store of answers: identical answers, what lies where, and nothing of it unless it is asked for."""

import json
import os
import random
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from lepasserelle import CacheError, ConfigError, LeIndex, MemoryConfig
from lepasserelle.leindex import copy_tiers
from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.store_voice import StoreWarning, refusal

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


def test_the_fast_quota_is_a_setting_of_the_project_too(project: Path, tmp_path: Path) -> None:
    """Commands see the quotas that programs do, from the file, the environment or the call; what a program's memory says stands."""
    root = shutil.copytree(project, tmp_path / "project")
    (root / ".leindex.toml").write_text('store_quota_bytes = "3 MB"\n')
    with LeIndex(root) as leindex:
        assert [tier.quota_bytes for tier in leindex.tiers()] == [3_000_000]
    with LeIndex(root, MemoryConfig(auto_spill=False), slow_dir=str(tmp_path / "s")) as leindex:
        assert leindex.tiers()[0].quota_bytes == 3_000_000
    with LeIndex(root, store_quota_bytes=7) as leindex:
        assert leindex.tiers()[0].quota_bytes == 7
    with LeIndex(root, MemoryConfig(auto_spill=False, store_quota_bytes=500_000_000), store_quota_bytes=7) as leindex:
        assert leindex.tiers()[0].quota_bytes == 500_000_000
    command = [sys.executable, "-m", "lepasserelle", "cache", "tiers", "-p", str(root), "--json"]
    for environment, expected in (({}, 3_000_000), ({"LEINDEX_STORE_QUOTA_BYTES": "20000"}, 20_000)):
        done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=True, text=True)
        assert [tier["quota_bytes"] for tier in json.loads(done.stdout)["tiers"]] == [expected]


@pytest.mark.parametrize("link", ["spilled", "copies"])
def test_links_do_not_make_two_tiers_of_one_folder(project: Path, tmp_path: Path, link: str) -> None:
    """Who moved the stored answers to a bigger disk left a link, and names that disk: every answer was lost."""
    fast, slow = tmp_path / "fast", tmp_path / "slow"
    fast.mkdir()
    (slow / link).mkdir(parents=True)
    (fast / "spilled").symlink_to(slow / link)
    with pytest.raises(ConfigError, match="slow_dir"):
        LeIndex(project, MemoryConfig(auto_spill=False, cache_dir=fast, slow_dir=slow))


@pytest.mark.parametrize("own", ["segments", "frozen", "generations", "quarantine"])
def test_the_slow_tier_is_not_among_the_files_of_the_index(project: Path, own: str) -> None:
    """What is swept there would be answers."""
    with pytest.raises(ConfigError, match="slow_dir"):
        LeIndex(project, MemoryConfig(auto_spill=False, slow_dir=project / ".leindex" / own / "slow"))


@pytest.mark.parametrize("way", ["itself", "link", "index", "within", "within the index", "around", "around, among copies"])
def test_one_folder_is_not_two_tiers(project: Path, tmp_path: Path, way: str) -> None:
    """Moving an answer from a folder to the same one removed it; whoever asks for that is told so at open."""
    fast = tmp_path / "fast"
    fast.mkdir()
    (tmp_path / "link").symlink_to(fast)
    index = project / ".leindex"
    within = {"within": fast / "spilled" / "slow", "within the index": index / "spilled"}
    around = {"around": tmp_path / "slow" / "spilled" / "fast", "around, among copies": tmp_path / "slow" / "copies"}
    slow = {"itself": fast, "link": tmp_path / "link", "index": index, **within}.get(way, tmp_path / "slow")
    with pytest.raises(ConfigError, match="slow_dir"):
        LeIndex(project, MemoryConfig(auto_spill=False, cache_dir=around.get(way, fast), slow_dir=slow))


@pytest.mark.parametrize(
    ("fast", "slow", "said"),
    [
        ("f", "f", "slow_dir and cache_dir are both {f}."),
        ("f", "link", "slow_dir, {link}, is the same folder as cache_dir, {f}."),
        ("", ".leindex", "slow_dir and the index folder are both {index}."),
        ("f", "f/spilled", "slow_dir is {f}/spilled, where cache_dir has its answers."),
        ("f", "f/spilled/slow", "slow_dir, {f}/spilled/slow, lies in {f}/spilled, where cache_dir has its answers."),
        ("s/copies", "s", "cache_dir is {s}/copies, where slow_dir would keep its compressed copies."),
        ("s/spilled/fast", "s", "cache_dir, {s}/spilled/fast, lies in {s}/spilled, where slow_dir would keep its answers."),
        ("", ".leindex/segments", "slow_dir is {index}/segments, where the index keeps files of its own."),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="links need a right that few have there")
def test_two_tiers_that_meet_are_told_apart_in_words(project: Path, tmp_path: Path, fast: str, slow: str, said: str) -> None:
    """Each case by its own names: nothing lies inside of itself."""
    (tmp_path / "f").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "f")
    index = project / ".leindex"
    slow_dir = project / slow if slow.startswith(".leindex") else tmp_path / slow
    config = MemoryConfig(auto_spill=False, cache_dir=tmp_path / fast if fast else None, slow_dir=slow_dir)
    with pytest.raises(ConfigError) as told:
        LeIndex(project, config)
    assert str(told.value).startswith(said.format(f=tmp_path / "f", s=tmp_path / "s", link=tmp_path / "link", index=index))


@pytest.mark.parametrize("setting", ["slow_dir", "cache_dir"])
@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_in_the_place_of_a_folder_is_told_when_it_is_opened(project: Path, tmp_path: Path, setting: str, below: str) -> None:
    """Not at the first spill only; by the setting's name, once, and questions are answered all the same."""
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / below if below else tmp_path / "file"
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        leindex = LeIndex(project, MemoryConfig(auto_spill=False, **{setting: folder}))  # type: ignore[arg-type]
        assert [f"nothing can be kept in {folder}" in str(one.message) for one in told] == [True]
        assert f"`{setting}`" in str(told[0].message)
        with leindex:
            assert leindex.analyze(QUESTIONS[0], 3000).tokens > 0
            leindex.spill_cache("analysis")
    assert len(told) == 1


def test_dictionaries_are_a_setting_of_the_project(project: Path, tmp_path: Path) -> None:
    """In the file, in the environment and as an argument; what the program sets goes before it."""
    root = shutil.copytree(project, tmp_path / "project")

    def trains(memory: MemoryConfig | None = None, **settings: object) -> bool:
        with LeIndex(root, memory, **settings) as leindex:
            store = leindex._keeper.store
            assert isinstance(store, CacheStore)
            return store._dictionaries._trains

    assert trains() is False
    assert trains(store_dictionaries=True) is True
    (root / ".leindex.toml").write_text("store_dictionaries = true\n")
    assert trains() is True
    assert trains(MemoryConfig(store_dictionaries=False)) is False
    (root / ".leindex.toml").write_text("store_dictionaries = 2\n")
    with pytest.raises(ConfigError, match="store_dictionaries"):
        trains()


def leave_empty(slow: Path) -> None:
    """As a mount that went leaves its mount point."""
    slow.rename(slow.with_name("away"))
    slow.mkdir()


def put_files_in_the_way(slow: Path) -> None:
    """Where the folders of answers and copies were."""
    leave_empty(slow)
    for name in ("spilled", "copies"):
        (slow / name).touch()


def put_a_file_in_the_way(slow: Path) -> None:
    """Where the folder was."""
    slow.rename(slow.with_name("away"))
    slow.touch()


@pytest.mark.parametrize(
    "fails", [leave_empty, put_files_in_the_way, put_a_file_in_the_way, lambda slow: slow.rename(slow.with_name("away"))]
)
@pytest.mark.skipif(sys.platform == "win32", reason="links need a right that few have there")
def test_a_tier_that_fails_is_warned_of_once_by_whoever_notices_first(
    project: Path, tmp_path: Path, fails: Callable[[Path], object]
) -> None:
    """Answers and copies lie there; reading, writing and moving all go on without it, with the same answers."""
    root = shutil.copytree(project, tmp_path / "project")
    with LeIndex(root, MemoryConfig(auto_spill=False, store_quota_bytes=16_384, slow_dir=tmp_path / "s")) as leindex:
        leindex.index_project()
        answers = [leindex.analyze(question, 3000) for question in QUESTIONS]
        leindex.spill_all_caches()
        assert leindex._keeper.copies is not None
        leindex._keeper.copies.move()
        fails(tmp_path / "s")
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", StoreWarning)
            assert [leindex.analyze(question, 3000) for question in QUESTIONS] == answers
            with pytest.raises(CacheError, match="answers stay in memory"):  # what the slow tier would have taken
                leindex.spill_all_caches()
            leindex._keeper.copies.move()
            leindex.tiers()
            leindex.get_cache_stats()
            (root / "zero.py").write_text("def other():\n    return 1\n")
            leindex.index_project()
            leindex.spill_all_caches()
            leindex._keeper.copies.move()
        assert [one.category for one in told if issubclass(one.category, StoreWarning)] == [StoreWarning]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right that few have there")
def test_the_rows_of_a_tier_add_up_to_what_it_holds(project: Path, tmp_path: Path) -> None:
    """Also when a former generation's copies lie there still; each row says why."""
    root = shutil.copytree(project, tmp_path / "project")
    config = MemoryConfig(auto_spill=False, store_quota_bytes=100_000, slow_dir=tmp_path / "s")
    with LeIndex(root, config) as leindex:
        leindex.index_project()
        assert leindex._keeper.copies is not None
        leindex._keeper.copies.move()
        (root / "zero.py").write_text("def other():\n    return 1\n")
        leindex.index_project()
        leindex._keeper.copies.move()
        for question in QUESTIONS:
            leindex.analyze(question, 3000)
            leindex.analyze(question, 20_000)
        leindex.spill_all_caches()
        fast, slow = leindex.tiers()
    assert min(fast.held_bytes, slow.held_bytes) > 0
    for tier in (fast, slow):
        assert tier.held_bytes == sum(one.held_bytes for one in tier.contents)
        assert all(one.why for one in tier.contents)
    whys = {one.why: one.entries for one in slow.contents if one.what == "copies"}
    assert whys == {copy_tiers.BELOW: 4, copy_tiers.FORMER: 4}
    copied = list((tmp_path / "s" / "copies").rglob("*.frz"))
    assert sum(one.bytes for one in slow.contents if one.what == "copies") == sum(path.stat().st_size for path in copied)
    spilled = list((tmp_path / "s" / "spilled").rglob("analyze.*"))
    assert sum(one.bytes for one in slow.contents if one.what == "analyze") == sum(path.stat().st_size for path in spilled)
    assert slow.held_bytes == sum(
        [path.stat().st_size for path in copied] + [-(-path.stat().st_size // 4096) * 4096 for path in spilled]
    )


def test_a_command_tells_of_a_tier_that_went_in_its_own_words(project: Path, tmp_path: Path) -> None:
    """A line of the product's, not the interpreter's; and `cache tiers` has the problem beside the tier."""
    root = shutil.copytree(project, tmp_path / "project")
    environment = {**os.environ, "LEINDEX_SLOW_DIR": str(tmp_path / "s")}
    with LeIndex(root, MemoryConfig(auto_spill=False, store_quota_bytes=0), slow_dir=str(tmp_path / "s")) as leindex:
        answer = leindex.analyze(QUESTIONS[0], 3000)
        leindex.spill_all_caches()
        assert leindex.tiers()[1].held_bytes > 0
    leave_empty(tmp_path / "s")
    command = [sys.executable, "-m", "lepasserelle"]
    asked = [*command, "context", QUESTIONS[0], "-p", str(root), "--json"]
    done = subprocess.run(asked, env=environment, capture_output=True, check=True, text=True)
    said = [line for line in done.stderr.splitlines() if str(tmp_path / "s") in line]
    assert len(said) == 1, done.stderr
    assert said[0].startswith("leindex: warning: ")
    assert "StoreWarning" not in done.stderr
    assert list((tmp_path / "s").iterdir()) == []
    shown = subprocess.run([*command, "cache", "tiers", "-p", str(root)], env=environment, capture_output=True, text=True)
    assert shown.returncode == 0
    assert "    problem: " in shown.stdout
    assert answer


@pytest.mark.parametrize("way", ["setting", "program"])
def test_a_slow_folder_within_the_project_is_no_part_of_it(project: Path, tmp_path: Path, way: str) -> None:
    """Left out as the index folder is, and its files are not even looked at; without the setting ignore files keep them out."""
    root = shutil.copytree(project, tmp_path / "project")
    slow = root / "deep" / "slow"
    memory = MemoryConfig(auto_spill=False, store_quota_bytes=0, slow_dir=slow if way == "program" else None)
    with LeIndex(root, memory, **({"slow_dir": "deep/slow"} if way == "setting" else {})) as leindex:
        files = leindex.index_project().files
        leindex.analyze(QUESTIONS[0], 3000)
        leindex.spill_all_caches()
        assert leindex._keeper.copies is not None
        leindex._keeper.copies.move()
        report = leindex.index_project()
        assert report.files == files
        assert "deep/slow/" in {path for one in report.skipped if one.reason == "cache" for path in one.examples}
    with LeIndex(root) as leindex:
        report = leindex.index_project()
    assert report.files == files
    assert not [path for one in report.skipped if one.reason == "binary" for path in one.examples]


def test_a_slow_folder_that_holds_sources_is_refused(tmp_path: Path) -> None:
    """The project itself, a folder of it, and one through a link; what the tier put there itself is no source."""
    (tmp_path / "shop" / "parts").mkdir(parents=True)
    for name in ("cart.py", "parts/order.py"):
        (tmp_path / "shop" / name).write_text("def total(items):\n    return sum(items)\n")
    (tmp_path / "link").symlink_to(tmp_path / "shop" / "parts")
    for slow, source in (("shop", "cart.py"), ("shop/parts", "order.py"), ("link", "order.py")):
        with pytest.raises(ConfigError, match=f"holds files of the project .*{source}.*Name a folder of its own"):
            LeIndex(tmp_path / "shop", MemoryConfig(auto_spill=False, slow_dir=tmp_path / slow))
    own = MemoryConfig(auto_spill=False, slow_dir=tmp_path / "shop" / "slow", store_quota_bytes=0)
    for _ in range(2):
        with LeIndex(tmp_path / "shop", own) as leindex:
            assert leindex.index_project().symbols >= 2
            leindex.analyze("total", token_budget=200)
            leindex.spill_all_caches()
    assert {path.name for path in (tmp_path / "shop" / "slow").iterdir()} <= {"spilled", "copies"}


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system of the kernel")
def test_a_folder_that_the_system_does_not_make_is_no_full_disk() -> None:
    """A file system without any blocks has none free, and is not full."""
    assert refusal(Path("/proc/nope")) is None
