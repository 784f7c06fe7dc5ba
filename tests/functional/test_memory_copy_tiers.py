"""Compressed copies in the slow tier: where they lie, what brings them up, and that a lost segment comes back all the same."""

import os
import shutil
import sys
import warnings
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.config import Settings
from lepasserelle.durable.steps import observed
from lepasserelle.errors import in_megabytes
from lepasserelle.ingest import Ingest
from lepasserelle.leindex import copy_tiers
from lepasserelle.leindex.copy_tiers import CopyTiers
from lepasserelle.memory.store_voice import StoreWarning
from lepasserelle.memory.tiers import REST_S, TieredStore
from lepasserelle.storage import Lestockage
from lepasserelle.storage.layout import FROZEN, SEGMENTS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a right that few have there")

KEYWORDS = TieredStore.__init__.__kwdefaults__
"""Of its parameters; what is set here holds for stores that are made without them."""

PLENTY = 1 << 30


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:  # noqa: D102  # as `time.monotonic`
        return self.now_s


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with an index of four copies."""
    root = tmp_path_factory.mktemp("copies")
    for number in range(12):
        (root / f"part{number}.py").write_text(
            "\n".join(f'def step{number}_{n}(value):\n    """Step {n}."""\n    return value + {n}\n' for n in range(30))
        )
    Ingest(root, Settings()).index()
    return root


@pytest.fixture
def root(indexed: Path, tmp_path: Path) -> Path:
    """A copy of it; lestockage has no copies, so that those that are files are all there is."""
    target = shutil.copytree(indexed, tmp_path / "root")
    with Lestockage.open(target / ".leindex") as lestockage:
        lestockage.keep_copies({})
    return target


def copies(root: Path) -> list[Path]:
    """What stands for copies in the index folder."""
    return sorted((root / ".leindex" / FROZEN).glob("*.frz"))


def contents(root: Path) -> dict[str, bytes]:
    """Their bytes, wherever they lie."""
    return {path.name: path.read_bytes() for path in copies(root)}


def tiers(root: Path, slow: Path, fast_bytes: int = PLENTY, slow_bytes: int = PLENTY) -> tuple[CopyTiers, Clock]:
    """What moves them, and its clock."""
    clock = Clock()
    return CopyTiers(root / ".leindex", slow, fast_bytes, slow_bytes, clock), clock


def lose(root: Path, kind: str) -> None:
    """Delete the segments of a kind."""
    for path in (root / ".leindex" / SEGMENTS).glob(f"*-{kind}-*"):
        path.unlink()


def test_copies_go_down_and_lost_segments_come_back_from_there(root: Path, tmp_path: Path) -> None:
    """The index folder holds links, the figures say so, and a segment that is lost is thawed through one."""
    before = contents(root)
    config = MemoryConfig(auto_spill=False, slow_dir=tmp_path / "slow")
    with LeIndex(root, config) as leindex:
        hits = leindex.search("step")
        assert leindex._keeper.copies is not None
        assert leindex._keeper.copies.move() == sum(map(len, before.values()))
        assert all(path.is_symlink() for path in copies(root))
        assert contents(root) == before
        fast, slow = leindex.tiers()
        (told,) = [one for one in slow.contents if one.what == "copies"]
        assert (told.entries, told.bytes, told.why) == (4, sum(map(len, before.values())), copy_tiers.BELOW)
        assert not [one for one in fast.contents if one.what == "copies"]
        assert slow.quota_bytes == config.slow_quota_bytes
        assert slow.held_bytes >= told.bytes
        assert leindex.verify_caches().is_whole
    lose(root, "graph")
    with LeIndex(root, config) as leindex:
        assert leindex.search("step") == hits
        assert any("compressed copy" in note for note in leindex.notes)


def test_a_run_of_the_index_has_copies_moved_by_itself(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks for it; what the next generation leaves behind goes from both folders."""
    with LeIndex(root, MemoryConfig(auto_spill=False, slow_dir=tmp_path / "slow")) as leindex:
        leindex.index_project()
    assert all(path.is_symlink() for path in copies(root))
    (root / "part1.py").write_text("def other(value):\n    return value\n")
    with LeIndex(root, MemoryConfig(auto_spill=False, slow_dir=tmp_path / "slow")) as leindex:
        leindex.index_project()
    assert all(path.is_symlink() for path in copies(root))
    mover, _ = tiers(root, tmp_path / "slow")
    names = {path.name for path in copies(root)}
    former = {path for path in mover.home.iterdir() if path.name not in names}
    assert former, "it may be another process's unfinished work"
    monkeypatch.setattr(copy_tiers, "_ORPHAN_S", -1.0)
    mover.move()
    assert {path.name for path in mover.home.iterdir()} == names


def test_the_second_loss_brings_a_copy_up_and_letting_it_go_again_writes_nothing(root: Path, tmp_path: Path) -> None:
    """The copy below stays; when what came up takes more than its share of the fast quota, the link is back."""
    mover, _ = tiers(root, tmp_path / "slow")
    mover.move()
    before = contents(root)
    for times in (1, 2):
        lose(root, "graph")
        with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
            assert leindex.callers("step1_1") == []
        written_bytes = mover.move()
        (graph,) = [path for path in copies(root) if "-graph-" in path.name]
        assert graph.is_symlink() == (times == 1)
        assert written_bytes == (0 if times == 1 else len(before[graph.name]))
    assert (mover.home / graph.name).exists()
    assert {one.why for one in mover.contents(below=True)} == {copy_tiers.BELOW, copy_tiers.STAYED}
    assert {one.why for one in mover.contents(below=False)} == {copy_tiers.CAME_UP}
    assert mover.move() == 0
    smaller, _ = tiers(root, tmp_path / "slow", fast_bytes=8 * (graph.stat().st_size - 1))
    assert smaller.move() == 0
    assert graph.is_symlink()
    assert contents(root) == before


def test_copies_that_were_made_anew_are_not_told_as_brought_up(root: Path, tmp_path: Path) -> None:
    """A run of the index made them while the slow folder was away; when that is back they lie in both."""
    mover, _ = tiers(root, tmp_path / "slow")
    mover.move()
    before = contents(root)
    for path in copies(root):
        path.unlink()
        path.write_bytes(before[path.name])
    assert {one.why for one in mover.contents(below=False)} == {copy_tiers.ALSO_BELOW}
    assert {one.why for one in mover.contents(below=True)} == {copy_tiers.ALSO_ABOVE}


def test_copies_keep_within_half_of_the_slow_quota(root: Path, tmp_path: Path) -> None:
    """What does not fit stays in the index folder."""
    sizes = sorted(len(data) for data in contents(root).values())
    mover, _ = tiers(root, tmp_path / "slow", slow_bytes=2 * (sum(sizes) - 1))
    mover.move()
    assert 0 < mover.held_bytes() <= sum(sizes) - 1
    assert any(not path.is_symlink() for path in copies(root))
    assert sum(one.entries for below in (True, False) for one in mover.contents(below=below)) == 4


def test_copies_over_a_lowered_quota_are_told_until_they_are_gone(root: Path, tmp_path: Path) -> None:
    """By how much, and until when: those of a former generation go after an hour, the others when a run makes new ones."""
    with LeIndex(root, MemoryConfig(auto_spill=False, slow_dir=tmp_path / "s")) as leindex:
        assert leindex._keeper.copies is not None
        leindex._keeper.copies.move()
        held_bytes = leindex._keeper.copies.held_bytes()
        assert leindex.tiers()[1].problem == ""
    lowered = MemoryConfig(auto_spill=False, slow_dir=tmp_path / "s", slow_quota_bytes=2_000)
    with LeIndex(root, lowered) as leindex:
        copies = leindex._keeper.copies
        assert copies is not None
        problem = leindex.tiers()[1].problem
        assert in_megabytes(held_bytes - 1_000) + " over the 1000 bytes" in problem
        assert "; 0 bytes of them" in problem
        for path in sorted((root / ".leindex" / FROZEN).glob("*.frz")):
            path.unlink()
        assert f"; {in_megabytes(held_bytes)} of them" in leindex.tiers()[1].problem
        copies.move()
        assert copies.held_bytes() == held_bytes, "not for an hour"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(copy_tiers, "_ORPHAN_S", -1.0)
            copies.move()
        assert leindex.tiers()[1].problem == ""


def test_a_tier_that_vanishes_costs_a_warning_and_no_answer(root: Path, tmp_path: Path) -> None:
    """Lost segments are built again, the next run has copies in the index folder, and when the tier is back they go down again."""
    mover, clock = tiers(root, tmp_path / "slow")
    mover.move()
    (tmp_path / "slow").rename(tmp_path / "away")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        hits = leindex.search("step")
        lose(root, "graph")
        leindex.spill_all_caches()
        assert leindex.search("step") == hits
        leindex.index_project()
    assert all(path.exists() for path in copies(root))
    with pytest.warns(StoreWarning, match="not there") as told:
        mover.move()
    assert len(told) == 1
    assert not (tmp_path / "slow").exists()
    (tmp_path / "away").rename(tmp_path / "slow")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mover.settle()
        assert mover._thread is None, "it rests"
        clock.now_s += REST_S
        mover.settle()
        mover.close()
    assert all(path.is_symlink() and path.exists() for path in copies(root))


def test_copies_follow_the_measured_order(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They lie in the slower folder, whichever that is: those that went to the other one come back; its quota is for answers."""
    slow, before = tmp_path / "slow", contents(root)
    config = MemoryConfig(auto_spill=False, slow_dir=slow, slow_quota_bytes=80_000_000, tier_order="measured")
    for slow_ms, is_below in ((9.0, True), (0.1, False), (0.1, False), (9.0, True)):

        def latency_ms(folder: Path, slow_ms: float = slow_ms) -> float:
            return slow_ms if folder == slow else 1.0

        monkeypatch.setitem(KEYWORDS, "latency", latency_ms)
        with LeIndex(root, config) as leindex:
            assert leindex._keeper.copies is not None
            leindex._keeper.copies.move()
            assert {path.is_symlink() for path in copies(root)} == {is_below}
            assert contents(root) == before
            assert (leindex._keeper.copies.held_bytes() > 0) == is_below
            (told,) = [tier for tier in leindex.tiers() if tier.folder == str(slow)]
            assert (told.quota_bytes, told.problem) == (80_000_000, "")
            assert isinstance(leindex._keeper.store, TieredStore)
            answers_bytes = {tier.place.folder: tier.place.quota_bytes for tier in leindex._keeper.store.tiers}[slow]
            assert answers_bytes == (40_000_000 if is_below else 80_000_000)
            assert leindex.verify_caches().is_whole


def test_copies_that_went_with_their_tier_are_told_until_a_run_makes_others(root: Path, tmp_path: Path) -> None:
    """`verify` names each, and what mends it; it is not whole until then."""
    mover, _ = tiers(root, tmp_path / "slow")
    mover.move()
    (tmp_path / "slow").rename(tmp_path / "away")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        found = leindex.verify_caches()
        assert not found.is_whole
        assert len(found.copies) == len(copies(root)) == 4
        for copy in found.copies:
            assert str(mover.home) in copy.problem
            assert "leindex index" in copy.problem
        leindex.index_project()
        assert leindex.verify_caches().is_whole


def test_a_tier_that_cannot_be_written_leaves_copies_where_they_are(root: Path, tmp_path: Path) -> None:
    """A file stands where its folder should be."""
    (tmp_path / "slow").write_text("in the way")
    before = contents(root)
    mover, _ = tiers(root, tmp_path / "slow")
    with pytest.warns(StoreWarning):
        mover.move()
    assert contents(root) == before
    assert not any(path.is_symlink() for path in copies(root))


def test_whatever_fails_at_any_step_every_copy_is_whole(root: Path, tmp_path: Path) -> None:
    """Down and up; a full disk at each step, and the next try ends the work."""
    before, seen = contents(root), set[str]()
    names: list[str] = []
    dry = shutil.copytree(root, tmp_path / "dry", symlinks=True)
    with observed(names.append):
        work(dry, tmp_path / "dry slow")
    steps = [name for name in dict.fromkeys(names) if name.startswith("copy.")]
    assert {"copy.down.begun", "copy.linked", "copy.down.part", "copy.up.part"} <= set(steps)
    for number, name in enumerate(steps):
        place = shutil.copytree(root, tmp_path / f"at{number}", symlinks=True)

        def fail(at: str, name: str = name) -> None:
            if at == name:
                seen.add(name)
                raise OSError(28, "No space left on device")

        with observed(fail), warnings.catch_warnings():
            warnings.simplefilter("ignore", StoreWarning)
            work(place, tmp_path / f"slow{number}")
        assert contents(place) == before
        work(place, tmp_path / f"slow{number}")
        assert contents(place) == before
        assert not list(place.rglob(".*.tmp"))
    assert seen == set(steps)


def work(root: Path, slow: Path) -> None:
    """Everything down, then one up."""
    mover, _ = tiers(root, slow)
    mover.move()
    graph = next(path for path in copies(root) if "-graph-" in path.name)
    if graph.is_symlink():
        os.utime(graph, (1.0, copy_tiers.PROMOTED_AT))
    mover.move()
