"""Some hundred answers: before a spill, after it, after every segment was deleted, and in another process. All the same."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest

from lepasserelle import LeIndex, MemoryConfig

QUIET = MemoryConfig(auto_spill=False)

ASK = """
import json, sys
from lepasserelle import LeIndex, MemoryConfig
sys.path.insert(0, sys.argv[2])
from test_memory_round_trip import answers
with LeIndex(sys.argv[1], MemoryConfig(auto_spill=False)) as leindex:
    print(json.dumps(answers(leindex)))
"""


def answers(leindex: LeIndex) -> list[str]:
    """204 answers as JSON: searches in every mode, names, callers, callees, analyses."""
    found: list[object] = []
    for number in range(34):
        found.append(leindex.search(f"turn wheel {number} of the machine", 5))
        found.append(leindex.search(f"Part{number}.turn_wheel{number}", 3))
        found.append(leindex.search("size of the cable", 2 + number % 5, ("lexical", "semantic", "hybrid")[number % 3]))  # type: ignore[arg-type]
        found.append([leindex.symbols(f"connect{number}"), leindex.callers(f"connect{number}", "all")])
        found.append(leindex.callees(f"turn_wheel{number}"))
        found.append(leindex.analyze(f"how is cable {number} connected", 200 + 50 * number))
    return [msgspec.json.encode(one).decode() for one in found]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An indexed project and what it answers before anything happened."""
    root = tmp_path_factory.mktemp("machine")
    for number in range(40):
        text = f'''
        from part{max(0, number - 1)} import connect{max(0, number - 1)}

        class Part{number}:
            """Part number {number} of the machine, which turns wheels of size {number}."""
            size = {number}

            def turn_wheel{number}(self, speed):
                """Turn the wheel at a speed and tell the neighbour."""
                return connect{max(0, number - 1)}(self), speed * self.size

        def connect{number}(part):
            """Connect a part of the machine to cable {number}."""
            return Part{number}().turn_wheel{number}(3)
        '''
        (root / f"part{number}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
        before = answers(leindex)
    assert len(before) == 204
    assert sum(len(one) > 10 for one in before) == 204, "every question has an answer"
    return root, before


def test_after_a_spill_and_a_reload(machine: tuple[Path, list[str]]) -> None:
    """Spilled by hand, brought back by hand, and by the questions themselves."""
    root, before = machine
    with LeIndex(root, QUIET) as leindex:
        assert answers(leindex) == before
        leindex.spill_all_caches()
        assert answers(leindex) == before
        leindex.spill_all_caches()
        leindex.reload_pdg_from_cache()
        leindex.warm_caches()
        assert answers(leindex) == before


def test_in_another_process(machine: tuple[Path, list[str]]) -> None:
    """Nothing of an answer depends on what a process remembers."""
    root, before = machine
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(root), str(Path(__file__).parent)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == before


def test_after_every_segment_was_deleted(machine: tuple[Path, list[str]]) -> None:
    """Rebuilt from what is stored, once with everything in memory dropped and once when opened anew; the store emptied too."""
    root, before = machine
    with LeIndex(root, QUIET) as leindex:
        leindex.search("wheel")
        leindex.spill_all_caches()
        for file in (root / ".leindex" / "segments").iterdir():
            file.unlink()
        leindex._keeper.analysis.clear()
        leindex._keeper.store.clear()
        assert answers(leindex) == before
        assert len(list((root / ".leindex" / "segments").iterdir())) == 5
    for file in (root / ".leindex" / "segments").iterdir():
        file.unlink()
    with LeIndex(root, QUIET) as leindex:
        assert answers(leindex) == before
