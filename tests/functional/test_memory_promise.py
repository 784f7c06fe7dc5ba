"""The budget binds: under a limit every step of work gives the right answer or the typed error, and the index stays whole.

Each run is a process of its own; one under `RLIMIT_DATA` has it before anything is loaded.
"""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig

PROGRAM = Path(__file__).with_name("limited_run.py")
STEPS = ["index", "search", "semantic", "analyze", "callers", "vectors again", "graph again", "callees", "search again"]
REFUSALS = {"BudgetExceededError", "LimitTooLowError", "WorkerError"}
WITHOUT_INDEX = {"NotIndexedError", "NothingToReloadError"}
"""What a step says whose index could not be made."""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits on memory are told by Linux")


class Said:
    """What came of a run."""

    def __init__(self, project: Path, mode: str, amount: int) -> None:
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", str(PROGRAM), str(project), mode, str(amount)],
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, f"{mode} {amount}: exit {done.returncode}\n{done.stderr[-3000:]}"
        self.all = json.loads(done.stdout)
        self.answers = {step[0]: step[1] for step in self.all["steps"] if len(step) == 2}
        self.errors = {step[0]: step[1] for step in self.all["steps"] if len(step) > 2}
        self.messages = {step[0]: step[2] for step in self.all["steps"] if len(step) > 2}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A project, and what every step says of it without a limit."""
    root = tmp_path_factory.mktemp("machine")
    for number in range(80):
        text = f'''
        from part{max(0, number - 1)} import connect{max(0, number - 1)}

        class Part{number}:
            """Part number {number} of the machine, which turns wheels of size {number}."""

            def turn_wheel{number}(self, speed):
                """Turn the wheel at a speed and tell the neighbour."""
                return connect{max(0, number - 1)}(self), speed

        def connect{number}(part):
            """Connect a part of the machine to cable {number}."""
            return Part{number}().turn_wheel{number}(3)
        '''
        (root / f"part{number}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    said = Said(root, "user", 4_000_000_000)
    assert list(said.answers) == STEPS, said.all
    return root, said.answers


def check(said: Said, expected: dict[str, str], root: Path) -> None:
    """Answers are right, errors are typed, and afterwards everything on disk is whole and answers."""
    assert set(said.errors.values()) <= REFUSALS | WITHOUT_INDEX, said.messages
    assert {name: expected[name] for name in said.answers} == said.answers
    if said.errors:
        assert set(said.errors.values()) & REFUSALS, said.messages
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        assert leindex.search("turn the wheel", 5)
        checked = leindex.verify_caches()
        assert not [one for one in checked.segments if one.problem]
        assert not checked.damaged


@pytest.mark.parametrize(("room_mb", "has_index"), [(8, False), (90, False), (400, False), (8, True), (60, True)])
def test_under_a_limit_the_tree_stays_under_it_or_says_so(
    machine: tuple[Path, dict[str, str]], room_mb: int, has_index: bool
) -> None:
    """From room for a question alone to plenty; with an index that is there, and without one."""
    root, expected = machine
    if not has_index:
        with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
            folder = leindex.folder
        for file in folder.rglob("*"):
            if file.is_file():
                file.unlink()
    said = Said(root, "user", room_mb * 1_000_000)
    assert said.all["peak"] <= said.all["most"]
    if room_mb == 400:
        assert said.answers == expected
    if has_index and room_mb <= 60:
        assert {"index", "search", "analyze", "callers"} <= set(said.answers) | set(said.errors)
        assert "search" in said.answers, "a question needs little"
    check(said, expected, root)


@pytest.mark.parametrize("limit_mb", [16, 40, 80, 110])
def test_under_a_data_limit_below_the_floor_opening_is_refused_and_not_killed(
    machine: tuple[Path, dict[str, str]], limit_mb: int
) -> None:
    """Libraries that would end the process are not loaded; the error names both figures, and the floor it names is enough."""
    root, expected = machine
    said = Said(root, "data", limit_mb * 1_000_000)
    assert said.errors == {"open": "LimitTooLowError"}
    assert f"{limit_mb}.0 MB (RLIMIT_DATA)" in said.messages["open"]
    if limit_mb == 40:
        floor_bytes = said.all["steps"][0][3]
        assert floor_bytes < 160_000_000
        at_floor = Said(root, "data", floor_bytes + 1_000_000)
        assert "open" not in at_floor.errors
        assert "search" in at_floor.answers
        check(at_floor, expected, root)


@pytest.mark.parametrize("limit_mb", [170, 400])
def test_under_a_data_limit_above_the_floor_everything_is_answered(machine: tuple[Path, dict[str, str]], limit_mb: int) -> None:
    """Children have it too."""
    root, expected = machine
    said = Said(root, "data", limit_mb * 1_000_000)
    assert said.answers == expected, said.messages
    check(said, expected, root)


def test_a_file_that_needs_more_than_a_data_limit_leaves_is_left_out_and_not_the_end(tmp_path: Path) -> None:
    """Its child dies of it twice; the rest is indexed and answers."""
    (tmp_path / "dense.py").write_text("a=b(c)\n" * 30_000, encoding="utf-8")
    text = "def turn_wheel5():\n    return connect3()\n\ndef connect3():\n    return 3\n"
    (tmp_path / "part.py").write_text(text, encoding="utf-8")
    said = Said(tmp_path, "data", 170_000_000)
    assert "search" in said.answers
    with LeIndex(tmp_path, MemoryConfig(auto_spill=False)) as leindex:
        assert leindex.symbols("connect3")
        assert leindex.status().files == 1
