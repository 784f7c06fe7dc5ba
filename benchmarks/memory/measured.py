"""What was measured, as records; and how often."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

ROUNDS = 40
COLD_ROUNDS = 10
LOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds, in bytes."""

    anonymous: int
    file: int
    file_pss: int
    pss: int
    system: int | None


@dataclass(slots=True)
class CacheResult:
    """One cache on one project."""

    before: Held
    after: Held
    spill_ms: list[float] = field(default_factory=list)
    warm_ms: list[float] = field(default_factory=list)
    cold_ms: list[float] = field(default_factory=list)
    thawed_ms: list[float] = field(default_factory=list)
    """Back after its files were deleted, by their compressed copies …"""
    restored_ms: list[float] = field(default_factory=list)
    """… after these were deleted, too, by the copies in lestockage …"""
    built_ms: list[float] = field(default_factory=list)
    """… and without those, linked and encoded again from the facts and terms in lestockage."""
    first_ms: list[float] = field(default_factory=list)
    steady_ms: list[float] = field(default_factory=list)
    stall_spill_ms: list[float] = field(default_factory=list)
    stall_reload_ms: list[float] = field(default_factory=list)


@dataclass(slots=True)
class AnswerResult:
    """The cache of computed answers."""

    count: int
    own_bytes: int
    """What the cache said it held."""
    given_back: int
    """Anonymous memory, read from outside."""
    spill_ms: float
    stall_ms: float
    computed_ms: list[float]
    kept_ms: list[float]
    stored_ms: list[float]


@dataclass(frozen=True, slots=True)
class Beside:
    """The graph in memory, and the same in networkx; bytes."""

    nodes: int
    ours: int
    theirs: int


@dataclass(slots=True)
class ProjectResult:
    """One project."""

    name: str
    nodes: int
    edges: int
    caches: dict[str, CacheResult]
    node_bytes: dict[str, float]
    """By section of the graph, of one node."""
    beside: Beside
    answers: AnswerResult
    idle_stall_ms: list[float]
    """Of another thread, while nothing is done …"""
    busy_stall_ms: list[float]
    """… and while a thread runs plain Python."""
    rebuild_nodes_s: float
    folder_bytes: int
    """All of the index on disk …"""
    copy_bytes: int
    """… and what of it are the copies of segments in lestockage (the same again are files)."""


@dataclass(frozen=True, slots=True)
class Others:
    """What other scripts of this folder say, on Django."""

    background: dict[str, Any]
    sharing: dict[str, Any]
    eviction: Sequence[Sequence[str]]
    """Rows of `eviction.RECORDED_HEAD`."""
