"""One flipped bit in any file that an index keeps, stored answers, logs and tiers among them: every answer stays what it was."""

import random
import shutil
import sys
import warnings
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig, WarmStrategy
from lepasserelle.memory.store_voice import StoreWarning

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="copies in the slow tier are links")

EMPTY = {"write.lock", "in-use.lock"}
"""Their content means nothing."""


def config(root: Path) -> MemoryConfig:
    """With a slow tier beside the project."""
    return MemoryConfig(auto_spill=False, store_quota_bytes=65_536, slow_dir=root / "slow", max_cache_bytes=200_000_000)


def answers(root: Path) -> tuple[object, ...]:
    """What an index answers, everything brought back from where it lies."""
    with LeIndex(root, config(root)) as leindex:
        leindex.warm_caches(WarmStrategy.PREDICTED)
        found = leindex.search("turn wheel"), leindex.callers("step1"), leindex.find_text("return value + 3")
        return *found, *(leindex.analyze(f"step {number}") for number in range(4))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its index, answers in both tiers, copies in the slow one, and a log."""
    root = tmp_path_factory.mktemp("whole") / "root"
    root.mkdir()
    for number in range(6):
        (root / f"part{number}.py").write_text(
            f'def step{number}(value):\n    """Turn wheel {number}."""\n    return value + {number}\n\n\n'
            f"def call{number}(value):\n    return step{number}(value)\n"
        )
    with LeIndex(root, config(root)) as leindex:
        leindex.index_project()
        for number in range(4):
            leindex.analyze(f"step {number}")
        leindex.spill_all_caches()
    return root


def files_of(root: Path) -> list[Path]:
    """Every file that is kept for it, relative to `root`, links left out."""
    places = (root / ".leindex", root / "slow")
    found = (path for place in places for path in place.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(root) for path in found if path.name not in EMPTY and path.stat().st_size)


def moved(whole: Path, target: Path) -> Path:
    """A copy whose links lead into itself."""
    shutil.copytree(whole, target, symlinks=True)
    for link in (target / ".leindex" / "frozen").glob("*.frz"):
        if link.is_symlink():
            inside = target / link.readlink().relative_to(whole)
            link.unlink()
            link.symlink_to(inside)
    return target


def test_a_flipped_bit_in_any_file_changes_no_answer(whole: Path, tmp_path: Path) -> None:
    """Found and mended, or of no consequence; never an error, and never another answer."""
    expected = answers(moved(whole, tmp_path / "untouched"))
    files = files_of(whole)
    names = {path.name for path in files}
    assert {"manifest.json", "lestockage.db", "access.db"} <= names
    assert {".seg", ".frz"} <= {path.suffix for path in files}
    chance = random.Random(6)
    for number, file in enumerate(files):
        root = moved(whole, tmp_path / f"{number}")
        data = bytearray((root / file).read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (root / file).write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StoreWarning)
            assert answers(root) == expected, file
        shutil.rmtree(root)
