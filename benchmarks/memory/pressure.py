"""A session under pressure: questions all the time, while the host program's own memory rises above what the limit leaves.

The process watches itself: usage and bound from the manager, ten times a second; the monitor acts alone.

python benchmarks/memory/pressure.py PROJECT INDEX_FOLDER NAME...
"""

import json
import sys
import threading
import time

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.memory import Meter

SECONDS = 24.0
SPARE_BYTES = 60_000_000
BALLAST_STEP_BYTES = 1_000_000
SAMPLE_S = 0.1


def ballast_bytes(at_s: float, most_bytes: int) -> int:
    """What the host holds: nothing, a rise, a plateau, a fall, nothing."""
    share = min(1.0, max(0.0, (at_s - 3) / 5), max(0.0, (17 - at_s) / 4))
    return int(share * most_bytes)


def main() -> None:
    """Print the samples, marks and events as JSON."""
    held = Meter().read().anonymous_bytes or 0
    limit_bytes = held + 40_000_000 + SPARE_BYTES
    config = MemoryConfig(memory_limit_bytes=limit_bytes, check_interval_secs=0.5, allocation_unit_bytes=1_000_000)
    with LeIndex(sys.argv[1], config, index_dir=sys.argv[2]) as leindex:
        print(json.dumps(session(leindex, sys.argv[3:])))


def session(leindex: LeIndex, names: list[str]) -> dict[str, object]:
    """Ask, press, and look."""
    ends, answered = threading.Event(), [0]
    asking = threading.Thread(target=ask, args=(leindex, names, ends, answered))
    began_s, began_wall_s = time.perf_counter(), time.time()
    asking.start()
    samples: list[tuple[float, int, int, int]] = []
    host: list[bytes] = []
    try:
        time.sleep(1.0)
        quiet = leindex.manager.statistics()
        high_bytes = quiet.high_bytes or 0
        most_bytes = int(high_bytes - quiet.usage_bytes + 4_000_000)
        while (at_s := time.perf_counter() - began_s) < SECONDS:
            wanted = ballast_bytes(at_s, most_bytes) // BALLAST_STEP_BYTES
            host = host[:wanted] + [bytes(b"x" * BALLAST_STEP_BYTES) for _ in range(wanted - len(host))]
            told = leindex.manager.statistics()
            samples.append((at_s, told.usage_bytes, told.bound_bytes, told.cache_bytes))
            time.sleep(SAMPLE_S)
    finally:
        ends.set()
        asking.join()
    last = leindex.manager.statistics()
    return {
        "samples": samples,
        "answers": answered[0],
        "limit": last.limit_bytes,
        "marks": [last.low_bytes, last.high_bytes, last.hard_bytes],
        "events": [(event.at_s - began_wall_s, event.kind.value, event.what) for event in leindex.manager.events.last()],
        "looks": last.watch.looks,
        "look_s": last.watch.look_s,
        "seconds": time.perf_counter() - began_s,
    }


def ask(leindex: LeIndex, names: list[str], ends: threading.Event, answered: list[int]) -> None:
    """A question every 200 ms."""
    while not ends.wait(0.2):
        name = names[answered[0] % len(names)]
        if not leindex.search(name.rpartition(".")[2]):
            raise RuntimeError(f"nothing found for {name}")
        answered[0] += 1


if __name__ == "__main__":
    main()
