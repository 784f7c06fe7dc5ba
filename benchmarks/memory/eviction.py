"""Which eviction policy should the store of spilled entries have? Hit ratios of several, by entries and by bytes, on made traces.

"S3-FIFO" is the paper's; "ours" moves an entry to the main queue after one use instead of two.

The same on recorded requests (`recording.py`) is printed by `make bench-memory`.

python benchmarks/memory/eviction.py            prints the tables of docs/decisions/085, and that of the recorded requests
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle.memory.analysis import LARGEST_SHARE
from lepasserelle.memory.eviction import S3Fifo
from memory import eviction_rivals as rivals
from memory import eviction_traces as traces
from tables import table

SHARES = (0.03, 0.1, 0.3)
SEEDS = (1, 2, 3)
RECORDED = Path(__file__).parent / "recorded.json"


class Policy(Protocol):
    """What is compared: an order of names, by bytes."""

    @property
    def held_bytes(self) -> int:
        """Sum of the sizes of what is held."""

    def __contains__(self, name: str) -> bool: ...

    def add(self, name: str, size_bytes: int) -> None:
        """A new entry; nothing is evicted."""

    def hit(self, name: str) -> object:
        """An entry was asked for and found."""

    def evict(self) -> tuple[str, int] | None:
        """Take out the entry to go, with its size."""


POLICIES: Mapping[str, Callable[[int, traces.Trace], Policy]] = {
    "FIFO": lambda capacity, _: rivals.Fifo(capacity),
    "LRU": lambda capacity, _: rivals.Lru(capacity),
    "CLOCK": lambda capacity, _: rivals.Clock(capacity),
    "SIEVE": lambda capacity, _: rivals.Sieve(capacity),
    "S3-FIFO": lambda capacity, _: rivals.S3Fifo(capacity),
    "ours": lambda capacity, _: S3Fifo(capacity),
    "clairvoyant": rivals.Clairvoyant,
}


def replay(trace: traces.Trace, sizes: Mapping[str, int], policy: Policy, capacity_bytes: int) -> tuple[float, float]:
    """(share of requests, share of bytes) found. An entry is stored when it was asked for and not there, as a spill does later."""
    hits = hit_bytes = 0
    asked = getattr(policy, "asked", None)
    for name in trace:
        if asked is not None:
            asked(name)
        if name in policy:
            hits += 1
            hit_bytes += sizes[name]
            policy.hit(name)
            continue
        if sizes[name] > capacity_bytes:
            continue
        while policy.held_bytes + sizes[name] > capacity_bytes:
            policy.evict()
        policy.add(name, sizes[name])
    return hits / len(trace), hit_bytes / sum(sizes[name] for name in trace)


def measure() -> dict[tuple[str, float, str], tuple[float, float]]:
    """Mean over the seeds of both ratios, by trace, share and policy."""
    found = {}
    for trace_name in traces.TRACES:
        for share in SHARES:
            sums = dict.fromkeys(POLICIES, (0.0, 0.0))
            for seed in SEEDS:
                trace = traces.make(trace_name, seed)
                sizes = traces.sizes(trace, seed)
                capacity_bytes = int(sum(sizes.values()) * share)
                for policy, make in POLICIES.items():
                    ratios = replay(trace, sizes, make(capacity_bytes, trace), capacity_bytes)
                    sums[policy] = (sums[policy][0] + ratios[0], sums[policy][1] + ratios[1])
            for policy, (by_entries, by_bytes) in sums.items():
                found[trace_name, share, policy] = (by_entries / len(SEEDS), by_bytes / len(SEEDS))
    return found


RECORDED_HEAD = ("requests", "place", "asked", "size / all", *POLICIES, "bound")
MEMORY_SHARE = 0.03
STORE_SHARES = (0.1, 0.3)


def recorded() -> dict[str, tuple[traces.Trace, dict[str, int]]]:
    """Recorded requests and sizes by project."""
    found = {}
    for project, told in json.loads(RECORDED.read_text(encoding="utf-8")).items():
        sizes = {str(number): size_bytes for number, size_bytes in enumerate(told["bytes"])}
        found[project] = ([str(number) for number in told["requests"]], sizes)
    return found


def most_possible(trace: traces.Trace, sizes: Mapping[str, int], capacity_bytes: int, *, by_bytes: bool) -> float:
    """A share that no policy exceeds: of requests, or of bytes. Keeping an entry until it is asked for again takes its bytes for so
    many requests; the cheapest such stretches go into all the room there is over the whole trace (PFOO-L: Berger, Beckmann and
    Harchol-Balter, SIGMETRICS 2018).
    """
    last: dict[str, int] = {}
    stretches = []
    for at, name in enumerate(trace):
        if name in last and sizes[name] <= capacity_bytes:
            value = sizes[name] if by_bytes else 1
            volume = sizes[name] * (at - last[name])
            stretches.append((volume / value, volume, value))
        last[name] = at
    room, found = capacity_bytes * len(trace), 0.0
    for _, volume, value in sorted(stretches):
        found += value * min(1.0, room / volume)
        room -= volume
        if room <= 0:
            break
    return found / (sum(sizes[name] for name in trace) if by_bytes else len(trace))


def missed_in_memory(trace: traces.Trace, sizes: Mapping[str, int]) -> traces.Trace:
    """What is left of the requests for the store, when the answers in memory may be `MEMORY_SHARE` of all bytes."""
    capacity_bytes = int(sum(sizes.values()) * MEMORY_SHARE)
    order: S3Fifo[str] = S3Fifo(capacity_bytes)
    missed = []
    for name in trace:
        if order.hit(name):
            continue
        missed.append(name)
        if sizes[name] > capacity_bytes // LARGEST_SHARE:
            continue
        while order.held_bytes + sizes[name] > capacity_bytes:
            order.evict()
        order.add(name, sizes[name])
    return missed


def recorded_rows() -> list[list[str]]:
    """Rows of `RECORDED_HEAD`."""
    rows = []
    for project, (trace, sizes) in recorded().items():
        missed = missed_in_memory(trace, sizes)
        places = [("memory", trace, part) for part in SHARES] + [("store", missed, part) for part in STORE_SHARES]
        for place, asked, part in places:
            capacity_bytes = int(sum(sizes.values()) * part)
            ratios = [replay(asked, sizes, make(capacity_bytes, asked), capacity_bytes) for make in POLICIES.values()]
            by_requests = most_possible(asked, sizes, capacity_bytes, by_bytes=False)
            ratios.append((by_requests, most_possible(asked, sizes, capacity_bytes, by_bytes=True)))
            cells = [f"{requests:.3f} / {by_bytes:.3f}" for requests, by_bytes in ratios]
            rows.append([project, place, str(len(asked)), f"{part:.0%}", *cells])
    return rows


def main() -> None:
    found = measure()
    rows = []
    for trace in traces.TRACES:
        for share in SHARES:
            ratios = [found[trace, share, policy] for policy in POLICIES]
            rows.append([trace, f"{share:.0%}", *(f"{by_entries:.3f} / {by_bytes:.3f}" for by_entries, by_bytes in ratios)])
    for label, part in (("mean", 0), ("mean by bytes", 1)):
        means = [sum(found[t, s, policy][part] for t in traces.TRACES for s in SHARES) for policy in POLICIES]
        rows.append([label, "", *(f"{mean / len(traces.TRACES) / len(SHARES):.3f}" for mean in means)])
    print(table(["trace", "store / all", *POLICIES], rows))
    print()
    print(table(RECORDED_HEAD, recorded_rows()))


if __name__ == "__main__":
    main()
