"""What 1, 2, 4 and 8 processes hold that search the same index, and what each added one costs.

Read from outside in `smaps`, while all of them stand still. The ladder says what of a process is the interpreter, what are imports,
and what are caches.

python benchmarks/memory/sharing.py PROJECT INDEX_FOLDER NAME...
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from lepasserelle.memory import Holder, Meter

COUNTS = (1, 2, 4, 8)
SEARCHER = """
import sys
from lepasserelle import LeIndex, MemoryConfig
with LeIndex(sys.argv[1], MemoryConfig(auto_spill=False), index_dir=sys.argv[2], stale_check_ms=0) as leindex:
    for name in sys.argv[3:]:
        leindex.search(name.rpartition(".")[2]), leindex.callers(name)
    print("ready", flush=True)
    sys.stdin.readline()
"""
LADDER = {
    "the interpreter": "",
    "and numpy": "import numpy",
    "and the package": "from lepasserelle import LeIndex, MemoryConfig",
    "and an open index": "leindex = LeIndex(sys.argv[1], MemoryConfig(), index_dir=sys.argv[2], stale_check_ms=0)",
    "and the graph": "leindex.callers(sys.argv[3])",
    "and the search index": "leindex.search(sys.argv[3].rpartition('.')[2])",
}
WAIT = "\nimport time\nprint(time.process_time(), flush=True)\nsys.stdin.readline()\n"


def started(stack: ExitStack, script: str, arguments: Sequence[str]) -> "tuple[subprocess.Popen[str], str]":
    """A process that stands still, and what it said."""
    command = [sys.executable, "-c", script, *arguments]
    process = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    assert process.stdout is not None
    said = process.stdout.readline()
    if not said:
        raise SystemExit("the process that is measured has ended")
    stack.callback(process.kill)
    return process, said


def shared(arguments: Sequence[str]) -> list[dict[str, float]]:
    """Sums over all processes, by how many there are."""
    rows = []
    for count in COUNTS:
        with ExitStack() as stack:
            pids = {started(stack, SEARCHER, arguments)[0].pid for _ in range(count)}
            found: list[Holder] = [one for one in Meter().holders(arguments[1]) or [] if one.pid in pids]
            rows.append(
                {
                    "processes": count,
                    "index_pss": sum(one.index_pss_bytes for one in found),
                    "index_rss": sum(one.index_rss_bytes for one in found),
                    "pss": sum(one.pss_bytes or 0 for one in found),
                    "private": sum(one.private_bytes or 0 for one in found) / count,
                }
            )
    return rows


def ladder(arguments: Sequence[str]) -> list[tuple[str, float, float, float]]:
    """(step, anonymous bytes, private bytes, processor seconds) of a process that has gone so far, beside one like it."""
    meter, rows, script = Meter(), [], "import sys\n"
    for step, line in LADDER.items():
        script += line + "\n"
        with ExitStack() as stack:
            started(stack, script + WAIT, arguments)  # what is private with two of them is what the second one costs
            process, said = started(stack, script + WAIT, arguments)
            told = meter.read(process.pid)
            rows.append((step, float(told.anonymous_bytes or 0), float(told.uss_bytes or 0), float(said)))
    return rows


def main() -> None:
    """Print what was measured as JSON."""
    print(json.dumps({"shared": shared(sys.argv[1:]), "ladder": ladder(sys.argv[1:])}))


if __name__ == "__main__":
    main()
