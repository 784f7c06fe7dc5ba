"""Nothing of size is allocated that was not claimed: every question, at two sizes of project, measured in another process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.leindex import needs
from lepasserelle.query.searcher import MAX_TOP_K

PROGRAM = Path(__file__).with_name("claims_run.py")
UNCLAIMED_BYTES = 512 * 1024
"""What may be allocated beside claims: far below the smallest unit that makes sense (reading `smaps` takes 300 kB)."""

IN_PARTS = {"index", "index after an edit", "rebuild", "verify", "find text", "find a pattern", "search for many"}
"""Their allocations grow up to a part (a megabyte of a file, some hundred files) and no further: their claims have no slope."""

NOISE_BYTES = 32_000
"""A table of the interpreter that grows at one size and not at the other."""

Measured = dict[str, tuple[int, int]]


def make(root: Path, files: int) -> Path:
    """Modules of 40 functions; the first function of each is called from everywhere in the next."""
    for number in range(files):
        path = root / f"area{number // 50}" / f"part_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        before = max(0, number - 1)
        lines = [f"from area{before // 50}.part_{before} import compute_0", ""]
        for one in range(20):
            lines += [
                f"def compute_{one}(amount, value={one}):",
                f'    """Compute the total amount number {one} of part {number}."""',
            ]
            lines += ["    amount = amount + value", "    return amount", ""]
            lines += [f"def use_{one}(order):", f"    return compute_0(order) + compute_{one}(order)", ""]
        path.write_text("\n".join(lines), encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.index_project()
    return root


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Measured, Measured]:
    """What every question allocated and claimed, of a small project and of one eight times as large."""
    root = tmp_path_factory.mktemp("claims")
    projects = [str(make(root / name, files)) for name, files in (("warm", 2), ("small", 15), ("large", 120))]
    done = subprocess.run([sys.executable, str(PROGRAM), *projects], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    small, large = json.loads(done.stdout)
    assert len(small) > 30
    return small, large


def test_no_question_allocates_what_it_did_not_claim(measured: tuple[Measured, Measured]) -> None:
    """At either size; whatever is not claimed is small, and does not grow."""
    for found in measured:
        over = {name: pair for name, pair in found.items() if pair[0] > pair[1] + (UNCLAIMED_BYTES if not pair[1] else 0)}
        assert not over, "name: [allocated, claimed]"
    small, large = measured
    unclaimed = [name for name, (_, claimed) in small.items() if not claimed]
    assert all(large[name][0] - small[name][0] < 50_000 for name in unclaimed)


def test_claims_grow_as_allocations_do(measured: tuple[Measured, Measured]) -> None:
    """So that what holds for these sizes holds for a project of any size."""
    small, large = measured
    for name in small.keys() - IN_PARTS:
        grown = large[name][0] - small[name][0]
        claimed = large[name][1] - small[name][1]
        assert grown <= claimed + NOISE_BYTES, (name, grown, claimed)


def test_a_claim_is_no_larger_than_what_a_question_accepts() -> None:
    """A number that the question will refuse does not become a refusal of memory."""
    assert needs.MOST_PLACES == MAX_TOP_K
    assert needs.search(10**12) == needs.search(MAX_TOP_K)
    assert needs.analysis(10**12).fixed_bytes < 30_000_000
    assert needs.search("many").fixed_bytes == needs.search(0).fixed_bytes  # type: ignore[arg-type]
    assert needs.search(-5) == needs.search(0)
