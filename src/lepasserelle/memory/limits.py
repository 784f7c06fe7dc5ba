"""A sample, what was set and what is reserved → which limits there are, and how near each one is. Pure.

Not here: reading anything, and what to do about it (`watermarks`). Invariants: memory that is both reserved and already taken by a
process that the reservation covers counts once; a limit that counts more than this process tree (a cgroup) is compared with
everything that it counts.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from lepasserelle.memory.config import MemoryConfig
from lepasserelle.memory.sampling import MemorySample

USER: Final = "memory_limit_bytes"
DATA: Final = "RLIMIT_DATA"
MACHINE: Final = "the machine's memory"


class Reserved(NamedTuple):
    """What one reservation may still take, in bytes."""

    open_bytes: int
    """Granted and not yet seen as taken."""
    in_children: bool
    """It is for other processes: this process's own `RLIMIT_DATA` does not bind it."""


class Limit(NamedTuple):
    """One limit and what stands against it, in bytes."""

    name: str
    limit_bytes: int
    bound_bytes: int
    """What only exists in memory, with what is reserved: compared with the hard mark."""
    usage_bytes: int
    """The same with resident pages of our segments: compared with the high and low marks."""
    binds_children: bool = True

    def room_bytes(self, mark: float) -> int:
        """How much more usage there may be below `mark` (a share of the limit); negative above it."""
        return int(self.limit_bytes * mark) - self.usage_bytes

    def missing_bytes(self, asked_bytes: int, mark: float) -> int:
        """How much of `asked_bytes` does not fit under `mark` beside the bound memory; 0 or less when all does."""
        return self.bound_bytes + asked_bytes - int(self.limit_bytes * mark)


def limits(sample: MemorySample, config: MemoryConfig, reserved: Iterable[Reserved] = ()) -> tuple[Limit, ...]:
    """Every limit that is known, the smallest first; `RLIMIT_DATA`, which one process has for itself, is the last."""
    claims = list(reserved)
    open_bytes = sum(claim.open_bytes for claim in claims)
    bound_bytes = sample.held_bytes + open_bytes
    mapped_bytes = sample.mapped_bytes
    found = []
    if config.memory_limit_bytes is not None:
        found.append(Limit(USER, config.memory_limit_bytes, bound_bytes, bound_bytes + mapped_bytes))
    for cgroup in sample.cgroups:
        counted_bytes = max(bound_bytes, (cgroup.usage_bytes or 0) + open_bytes)
        found.append(Limit(f"cgroup {cgroup.path}", cgroup.limit_bytes, counted_bytes, counted_bytes + mapped_bytes))
    if sample.system is not None:
        found.append(Limit(MACHINE, sample.system.total_bytes, bound_bytes, bound_bytes + mapped_bytes))
    found.sort(key=lambda limit: limit.limit_bytes)
    if sample.data is not None:
        taken_bytes = sample.data.used_bytes + sum(claim.open_bytes for claim in claims if not claim.in_children)
        found.append(Limit(DATA, sample.data.limit_bytes, taken_bytes, taken_bytes, binds_children=False))
    return tuple(found)


def least(known: Iterable[Limit]) -> Limit | None:
    """The limit on the whole process tree that is smallest; None when none is known."""
    tree = [limit for limit in known if limit.name != DATA]
    return min(tree, key=lambda limit: limit.limit_bytes, default=None)


def tightest(known: Iterable[Limit], asked_bytes: int, mark: float, *, in_children: bool = False) -> tuple[Limit, int] | None:
    """(limit, missing bytes) of the limit under which `asked_bytes` fits least; None when no limit is known."""
    binding = [limit for limit in known if limit.binds_children or not in_children]
    pairs = [(limit, limit.missing_bytes(asked_bytes, mark)) for limit in binding]
    return max(pairs, key=lambda pair: pair[1], default=None)
