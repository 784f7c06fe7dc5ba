"""Several processes at one index: two that index, one that asks, while files change. Nobody sees a mix, and nobody fails."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

SOURCE = str(Path(__file__).parents[2] / "src")

WRITER = """
import pathlib, sys
from lepasserelle import LeIndex
root, name = pathlib.Path(sys.argv[1]), sys.argv[2]
with LeIndex(root, lock_timeout_ms=120_000, workers=1) as leindex:
    for number in range(3):
        (root / f"{name}.py").write_text(f"from meet import meet\\n\\ndef {name}_{number}():\\n    return meet()\\n")
        leindex.index_project()
        assert leindex.symbols(f"{name}_{number}")
print("done")
"""

READER = """
import sys, time
from lepasserelle import LeIndex
seen = set()
with LeIndex(sys.argv[1]) as leindex:
    end = time.monotonic() + 120
    while len(seen & {"one_2", "two_2"}) < 2 and time.monotonic() < end:
        names = [edge.source.rsplit(".", 1)[-1] for edge in leindex.callers("meet")]
        assert len([name for name in names if name.startswith("one_")]) <= 1, names
        assert len([name for name in names if name.startswith("two_")]) <= 1, names
        seen.update(names)
        for hit in leindex.search("meet", 5):
            assert hit.snippet.strip(), hit
print("done")
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python process that runs `code`."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )


def test_two_writers_and_a_reader_in_processes_of_their_own(tmp_path: Path) -> None:
    """Writers take turns, the reader sees one generation after the other, and in the end both writers' last words are there."""
    (tmp_path / "meet.py").write_text("def meet():\n    return 1\n")
    (tmp_path / "one.py").write_text("from meet import meet\n\ndef one_x():\n    return meet()\n")
    from lepasserelle import LeIndex

    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
    processes = [start(READER, str(tmp_path)), start(WRITER, str(tmp_path), "one"), start(WRITER, str(tmp_path), "two")]
    try:
        for process in processes:
            output, errors = process.communicate(timeout=300)
            assert output == "done\n", errors
    finally:
        for process in processes:
            process.kill()
            process.wait()
    with LeIndex(tmp_path) as leindex:
        assert leindex.staleness().stale_files == 0
        assert leindex.index_project().parsed_files == 0
