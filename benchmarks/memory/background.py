"""Questions while the monitor spills and they bring back, beside the same questions on an idle system, in one run.

The 99th of a hundred rests on the slowest few dozen of some thousand questions: phases are many and alternate, so that what else
the machine does falls on both sides, and processor time stands beside the clock. What other programs took of the processors
stands beside each phase, and beside each stall how much of it the stalled thread waited for a processor.

Pressure: `max_cache_bytes` is passed at every look; the monitor looks twenty times a second, and what came back may go at once,
which is far more spilling than its rules allow in earnest. A second Python thread wants to run every half millisecond all the time.
Full collections of garbage do not look through what was there before a phase (`gc.freeze`), as the guide says of programs that mind
pauses: of all that is loaded one takes 9 ms and more here, idle or pressed, and is longer than any other stall.

python benchmarks/memory/background.py PROJECT INDEX_FOLDER NAME...
"""

import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.memory import EventKind
from lepasserelle.memory.returns import ReturnRules, Returns

sys.path.insert(0, str(Path(__file__).parents[1]))

from memory.ticker import Ticker, busy_s

PHASES = 16
PHASE_S = 5.0
BETWEEN_S = 0.01
LOOK_S = 0.05
HELD_PART = 0.6
"""Of what the caches hold when nothing is short: with more of it, what comes back page by page stays below the mark by itself."""

NO_RULES = ReturnRules(residency_s=0.0, paged_after=1 << 30)


def questions(leindex: LeIndex, names: Sequence[str], seconds: float) -> list[tuple[float, float]]:
    """Milliseconds of each question by the clock, and of the processor; a search or the callers of a name, in turn."""
    found: list[tuple[float, float]] = []
    until_s, number = time.perf_counter() + seconds, 0
    while time.perf_counter() < until_s:
        name = names[number % len(names)]
        began_s, worked_s = time.perf_counter(), time.thread_time()
        answer: Sequence[object] = leindex.callers(name) if number % 3 == 2 else leindex.search(name.rpartition(".")[2])
        found.append(((time.perf_counter() - began_s) * 1000.0, (time.thread_time() - worked_s) * 1000.0))
        if number % 3 != 2 and not answer:
            raise RuntimeError(f"nothing found for {name}")
        number += 1
        time.sleep(BETWEEN_S)
    return found


def main() -> None:
    """Print what was measured as JSON."""
    project, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    with LeIndex(project, MemoryConfig(auto_spill=False), index_dir=folder, stale_check_ms=0) as leindex:
        for name in names:
            leindex.search(name.rpartition(".")[2])
        held_bytes = leindex.get_cache_stats().cache_bytes
    calm = MemoryConfig(check_interval_secs=LOOK_S, max_cache_bytes=4_000_000_000)
    pressed = MemoryConfig(check_interval_secs=LOOK_S, max_cache_bytes=int(held_bytes * HELD_PART))
    load = [os.getloadavg()[0]]
    latency: dict[str, list[list[tuple[float, float]]]] = {"idle": [], "pressed": []}
    stalls: dict[str, list[dict[str, float]]] = {"idle": [], "pressed": []}
    events: list[EventKind] = []
    for phase in range(PHASES):
        kind = ("idle", "pressed")[phase % 2]
        with LeIndex(project, calm if kind == "idle" else pressed, index_dir=folder, stale_check_ms=0) as leindex:
            leindex.manager._rounds._returns = Returns(NO_RULES)  # noqa: SLF001  # what came back may go at once
            questions(leindex, names, 0.5)
            gc.collect()
            gc.freeze()
            events_before = leindex.manager.events.last()
            began_s, busy_before_s, own_before_s = time.perf_counter(), busy_s(), time.process_time()
            with Ticker() as ticker:
                latency[kind].append(questions(leindex, names, PHASE_S))
            others_s = busy_s() - busy_before_s - (time.process_time() - own_before_s)
            others = max(0.0, others_s / (time.perf_counter() - began_s))
            stalls[kind].append(
                {
                    "whole": ticker.longest.whole_ms,
                    "queued": ticker.longest.queued_ms,
                    "holder": ticker.longest.others_queued_ms,
                    "locked": ticker.longest_locked.locked_ms,
                    "others": others,
                }
            )
            gc.unfreeze()
            events += [event.kind for event in leindex.manager.events.last() if event not in events_before]
    counts = {kind.value: events.count(kind) for kind in (EventKind.SPILL, EventKind.GAVE_WAY, EventKind.PINNED, EventKind.RELOAD)}
    load.append(os.getloadavg()[0])
    print(json.dumps({"latency": latency, "stalls": stalls, "events": counts, "load": load}))


if __name__ == "__main__":
    main()
