"""Which eviction policy should the store of spilled entries have? Hit ratios of several, by entries and by bytes, on made traces.

"S3-FIFO" is the paper's; "ours" moves an entry to the main queue after one use instead of two.

python benchmarks/memory/eviction.py            prints the tables of docs/decisions/085
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle.memory.eviction import S3Fifo
from memory import eviction_rivals as rivals
from memory import eviction_traces as traces
from tables import table

SHARES = (0.03, 0.1, 0.3)
SEEDS = (1, 2, 3)


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


if __name__ == "__main__":
    main()
