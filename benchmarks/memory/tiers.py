"""What do two tiers of folders cost beside one, and beside plain demotion by least recent use? Bytes moved and mean access cost.

Ours is the store itself, on a folder in memory, with real files; the rivals are models of a page. Every access is charged by where
the entry was found, by a stated model of a fast disk, a network mount and of computing anew, so that the figures are the same on
every machine.

python benchmarks/memory/tiers.py               prints the tables of docs/decisions/225
  --recorded FILE…      traces beside the made ones: lines of JSON with `answer` and `answer_bytes`
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle.memory.store import CacheStore
from lepasserelle.memory.tier import TierPlace
from lepasserelle.memory.tiers import TieredStore
from memory import eviction_traces as traces
from memory.plot import Bar, draw_bars
from tables import table

REQUESTS = 6_000
FAST_SHARE, SLOW_SHARE = 0.1, 0.5
FAST_MS, FAST_MB_S = 0.2, 500.0
SLOW_MS, SLOW_MB_S = 5.0, 80.0
COMPUTE_MS = 50.0
BLOCK = 4096


class Outcome(NamedTuple):
    """Of one way on one trace."""

    mean_ms: float
    fast_found: int
    slow_found: int
    fast_written: int
    """Bytes."""
    slow_written: int


class Way:
    """Counts what an access costs and what is written."""

    def __init__(self) -> None:
        self.cost_ms = 0.0
        self.found = [0, 0]
        self.written = [0, 0]

    def read(self, tier: int, size_bytes: int) -> None:
        """It was found there."""
        self.found[tier] += 1
        first_ms, speed = ((FAST_MS, FAST_MB_S), (SLOW_MS, SLOW_MB_S))[tier]
        self.cost_ms += first_ms + size_bytes / 1e6 / speed * 1e3

    def missed(self) -> None:
        """It was computed."""
        self.cost_ms += COMPUTE_MS

    def outcome(self, requests: int) -> Outcome:
        """Of all of them."""
        return Outcome(self.cost_ms / requests, *self.found, *self.written)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one."""
    shm = Path("/dev/shm")  # a place in memory is what is asked for
    folder = Path(tempfile.mkdtemp(dir=shm if shm.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def ours(trace: Sequence[str], sizes: Mapping[str, int], fast_bytes: int, slow_bytes: int) -> Outcome:
    """The store with two tiers."""
    way = Way()
    with scratch() as folder:
        store = TieredStore([TierPlace(folder / "f", fast_bytes), TierPlace(folder / "s", slow_bytes)], b"p")
        for name in trace:
            key = name.encode()
            places = [tier.store.stored_bytes("a", key, 1) is not None for tier in store.tiers]
            payload = store.get("a", key, 1)
            if payload is None:
                way.missed()
                store.put("a", key, 1, random.Random(name).randbytes(sizes[name]))
            else:
                way.read(0 if places[0] else 1, sizes[name])
            store.shed()
        way.written = [tier.store.written_bytes for tier in store.tiers]
        store.close()
    return way.outcome(len(trace))


def single(trace: Sequence[str], sizes: Mapping[str, int], fast_bytes: int, _: int) -> Outcome:
    """The store with one tier."""
    way = Way()
    with scratch() as folder, CacheStore(folder, b"p", fast_bytes) as store:
        for name in trace:
            if store.get("a", name.encode(), 1) is None:
                way.missed()
                if sizes[name] + BLOCK < fast_bytes:
                    store.put("a", name.encode(), 1, random.Random(name).randbytes(sizes[name]))
            else:
                way.read(0, sizes[name])
        way.written[0] = store.written_bytes
    return way.outcome(len(trace))


def lru_demotion(trace: Sequence[str], sizes: Mapping[str, int], fast_bytes: int, slow_bytes: int) -> Outcome:
    """An entry is in one tier; each use moves it to the fast one, the least recently used goes down, and is written there."""
    way = Way()
    tiers: tuple[OrderedDict[str, int], OrderedDict[str, int]] = (OrderedDict(), OrderedDict())
    quotas, held = (fast_bytes, slow_bytes), [0, 0]

    def add(tier: int, name: str) -> None:
        tiers[tier][name] = blocks = -(-(sizes[name] + 200) // BLOCK) * BLOCK
        held[tier] += blocks
        way.written[tier] += sizes[name]
        while held[tier] > quotas[tier]:
            gone, gone_bytes = tiers[tier].popitem(last=False)
            held[tier] -= gone_bytes
            if tier == 0:
                add(1, gone)

    for name in trace:
        if name in tiers[0]:
            tiers[0].move_to_end(name)
            way.read(0, sizes[name])
        elif name in tiers[1]:
            way.read(1, sizes[name])
            held[1] -= tiers[1].pop(name)
            add(0, name)
        else:
            way.missed()
            add(0, name)
    return way.outcome(len(trace))


WAYS: Mapping[str, Callable[[Sequence[str], Mapping[str, int], int, int], Outcome]] = {
    "one tier": single,
    "LRU demotion": lru_demotion,
    "ours": ours,
}


HEAD = ("trace", "way", "mean access, ms", "found fast", "found slow", "MB written fast", "MB written slow")
COLOURS = {"one tier": "#999999", "LRU demotion": "#9a6700", "ours": "#1f6feb"}


def outcomes(trace: Sequence[str], sizes: Mapping[str, int]) -> dict[str, Outcome]:
    """Of each way."""
    total_bytes = sum(sizes[name] for name in set(trace))
    return {way: run(trace, sizes, int(total_bytes * FAST_SHARE), int(total_bytes * SLOW_SHARE)) for way, run in WAYS.items()}


def measured(recorded: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, tuple[int, dict[str, Outcome]]]:
    """(requests, outcomes) of every trace: the rows of `sessions.py` by name, then the made ones."""
    found = {}
    for label, uses in recorded.items():
        answers = [(str(use["answer"]), int(str(use["answer_bytes"]))) for use in uses if use.get("answer")]
        found[label] = len(answers), outcomes([name for name, _ in answers], dict(answers))
    for name in traces.TRACES:
        trace = traces.make(name, 1, REQUESTS)
        found[name] = len(trace), outcomes(trace, traces.sizes(trace, 1))
    return found


def rows_of(found: Mapping[str, tuple[int, Mapping[str, Outcome]]]) -> list[list[str]]:
    """A row a trace and way."""
    return [
        [
            label,
            way,
            f"{one.mean_ms:.2f}",
            f"{one.fast_found / requests:.3f}",
            f"{one.slow_found / requests:.3f}",
            f"{one.fast_written / 1e6:.1f}",
            f"{one.slow_written / 1e6:.1f}",
        ]
        for label, (requests, ways) in found.items()
        for way, one in ways.items()
    ]


def draw(path: Path, found: Mapping[str, tuple[int, Mapping[str, Outcome]]]) -> None:
    """The mean access cost, trace by trace."""
    groups = [(label, [Bar(way, one.mean_ms) for way, one in ways.items()]) for label, (_, ways) in found.items()]
    draw_bars(path, "Mean cost of an access to a stored answer", "ms", groups, COLOURS)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--recorded", type=Path, nargs="*", default=[])
    chosen = arguments.parse_args()
    recorded = {path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] for path in chosen.recorded}
    print(table(HEAD, rows_of(measured(recorded))))


if __name__ == "__main__":
    main()
