"""A kill -9 at any step, and a failing call at any step, leave the last committed generation readable and the next run clean."""

import errno
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from storage_run import Texts, in_child, read, read_truth, run, run_and_die

from lepasserelle.durable.steps import observed
from lepasserelle.errors import DamagedError, NotIndexedError, StorageError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")

OLD: Texts = {"a.py": b"one", "b.py": b"two" * 400, "c.py": b"three"}
NEW: Texts = {"a.py": b"one, edited", "c.py": b"three", "d.py": b"four" * 3000}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of generation 1."""
    folder = tmp_path_factory.mktemp("first")
    run(folder, OLD)
    return folder


def steps_of_a_run(folder: Path) -> list[str]:
    """Names of all steps of the run from OLD to NEW."""
    seen: list[str] = []
    with observed(seen.append):
        run(folder, NEW)
    return seen


def assert_whole(folder: Path, old_generation: int = 1) -> None:
    """The folder answers as the old or as the new generation, and lestockage too (the two may differ after a kill)."""
    generation, texts = read(folder)
    assert texts == [text for _, text in sorted((OLD if generation == old_generation else NEW).items())]
    truth, facts = read_truth(folder)
    assert facts == (OLD if truth == old_generation else NEW)
    assert truth in {generation, generation + 1}


def assert_clean_after_next_run(folder: Path) -> None:
    """One more run succeeds and leaves nothing of the dead one behind."""
    generation = run(folder, NEW)
    assert read(folder) == (generation, [text for _, text in sorted(NEW.items())])
    assert read_truth(folder) == (generation, NEW)
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {name for name in left if name.endswith(".tmp")} == set()
    assert len([name for name in left if name.endswith(".seg")]) == 2
    assert {name for name in left if name.startswith("generations/")} == {
        f"generations/{generation}.{end}" for end in ("json", "pin")
    }


def test_kill_at_every_step_leaves_a_whole_generation(first: Path, tmp_path: Path) -> None:
    """Every named step of stage, commit, rows, segments, publish and collection, one after the other."""
    shutil.copytree(first, tmp_path / "dry")
    names = steps_of_a_run(tmp_path / "dry")
    for name in (
        "stage.written",
        "commit.files",
        "commit.orphans",
        "shrink.checkpointed",
        "segment.synced",
        "publish.manifest.renamed",
        "garbage.copy",
    ):
        assert name in names
    for number in range(len(names)):
        folder = tmp_path / f"{number}"
        shutil.copytree(first, folder)
        assert run_and_die(folder, NEW, number), names[number]
        assert_whole(folder)
        assert_clean_after_next_run(folder)
        shutil.rmtree(folder)
    assert not run_and_die(tmp_path / "dry", NEW, 10_000)


def test_kill_during_the_very_first_run_leaves_no_index_or_a_whole_one(tmp_path: Path) -> None:
    """Before the first publish there is nothing, and that is said; then a run works as if nothing had been."""
    dry = tmp_path / "dry"
    names: list[str] = []
    with observed(names.append):
        run(dry, OLD)
    for number in range(0, len(names), 2):
        folder = tmp_path / f"{number}"
        assert run_and_die(folder, OLD, number)
        with suppress(NotIndexedError, DamagedError):
            assert read(folder)[1] == [text for _, text in sorted(OLD.items())]
        assert_clean_after_next_run(folder)
        shutil.rmtree(folder)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_failure_at_every_step_is_a_storage_error_and_changes_nothing(first: Path, tmp_path: Path, number: int) -> None:
    """A full or failing disk between any two calls."""
    shutil.copytree(first, tmp_path / "dry")
    names = [name for name in steps_of_a_run(tmp_path / "dry") if name.startswith(("segment.", "publish."))]
    for position, name in enumerate(names):
        if name.endswith(".durable") or name == "publish.pin":
            continue  # between calls, not within one: nothing can fail there
        folder = tmp_path / f"{position}"
        shutil.copytree(first, folder)
        left = [position]

        def fail(step_name: str, left: list[int] = left) -> None:
            if step_name.startswith(("segment.", "publish.")):
                if left[0] == 0:
                    raise OSError(number, "as the system says")
                left[0] -= 1

        with observed(fail), pytest.raises(StorageError):
            run(folder, NEW)
        assert_whole(folder)
        assert_clean_after_next_run(folder)
        shutil.rmtree(folder)


def test_child_that_raises_is_reported(tmp_path: Path) -> None:
    """The harness itself does not swallow what goes wrong in a child."""
    assert in_child(lambda: 1 // 0) == (0, "ZeroDivisionError: integer division or modulo by zero")
