"""The page of results: what was measured, as records, and as text. Measures nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lepasserelle import MemoryConfig
from tables import machine, table

TITLES = {"pdg": "graph", "vectors": "search index"}
ROUNDS = 40
COLD_ROUNDS = 10
LOST_ROUNDS = 3
BYTES_HEAD = ("project", "cache", "pages held", "given back", "share", "PSS of files", "anonymous", "whole process (PSS)", "system")
TIMES_HEAD = (
    "project",
    "cache",
    "spill",
    "reload, warm file",
    "reload, file not in memory",
    "file deleted",
    "first query / steady",
)
ANSWERS_HEAD = ("project", "held, MB", "given back, MB", "spill, ms", "stall, ms", "computed, ms", "kept, ms", "from the store, ms")
STALLS_HEAD = ("project", "cache", "while spilling", "while reloading", "while nothing is done")
TEMPLATE = """# Memory management, measured

{machine} Written by `make bench-memory`. The machine is shared: times carry its
noise (load average {load}), and the last column of the stalls shows it.

{sizes}

## What a spill gives back (MB)

Read from outside, in the `smaps` of the process that holds the index: after 20 questions, and after the spill.
*System*: what the page cache holds less of the files (`mincore`); a spill leaves it there on purpose, for a fast
return. The columns are not to be added.

{bytes}

## Milliseconds

p50 / p99 over {rounds} rounds; {cold_rounds} with the files dropped from the page cache; *file deleted*: median of
{lost_rounds} rounds (one for 200 000 nodes) in which the segments were built again from lestockage, published and mapped
(for the search index: by the question that needed it). *First query*: the first one after a reload, beside the three after it;
medians.

Targets on a quiet machine: graph 5 ms and search index 20 ms from a file in memory, and 1500 ms for 200 000 nodes from
lestockage.

{times}

## Answers (the analysis cache)

{kept_count} answers of `analyze`, asked for once, again, and again after they were spilled to the store. Bytes given back
are those of anonymous memory, read from outside.

{kept}

## Longest stall of another Python thread (ms, p50 / p99)

What a thread that wants to run every half millisecond had to wait at most during one spill, or one reload. Target: 10
ms.

{stalls}

## Bytes a node

{ours} bytes a node in memory for Django's graph, {theirs} in networkx in the same run: 1/{ratio} (method:
[graph/RESULTS.md](../graph/RESULTS.md)).

{parts}

## The monitor

A look costs {look_ms} ms of a processor with all caches in memory; at the default interval of {interval} s that is
{core} of a core. Near the high mark looks come faster, and are held back to 0.08 % of a core.

## A session under pressure

![usage, bound memory, caches, marks and events over time](session.svg)

{seconds} s of questions ({answers} answered, none of them empty) under a limit of {limit} MB, while the program's own
memory rises until usage passes the high mark, stays, and falls. Events: {happened}. Bound memory reached {over} of
the limit.
"""


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
    lost_ms: list[float] = field(default_factory=list)
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


@dataclass(slots=True)
class ProjectResult:
    """One project."""

    name: str
    nodes: int
    edges: int
    caches: dict[str, CacheResult]
    node_bytes: dict[str, float]
    answers: AnswerResult
    idle_stall_ms: list[float]
    rebuild_nodes_s: float


def share(values: Sequence[float], part: float) -> float:
    """The value that `part` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def middle_and_tail(values: Sequence[float]) -> str:
    """p50 / p99."""
    return f"{share(values, 0.5):.1f} / {share(values, 0.99):.1f}"


def megabytes(size: int | None) -> str:
    """In 10⁶ bytes."""
    return "unavailable" if size is None else f"{size / 1e6:.2f}"


def given_back_rows(results: Sequence[ProjectResult]) -> list[list[str]]:
    """Bytes by project and cache."""
    rows = []
    for result in results:
        for cache, one in result.caches.items():
            before, after = one.before, one.after
            system = None if before.system is None or after.system is None else before.system - after.system
            gone = 1.0 - after.file / before.file if before.file else 0.0
            rows.append(
                [
                    result.name,
                    TITLES[cache],
                    megabytes(before.file),
                    megabytes(before.file - after.file),
                    f"{gone:.1%}",
                    megabytes(before.file_pss - after.file_pss),
                    megabytes(before.anonymous - after.anonymous),
                    megabytes(before.pss - after.pss),
                    megabytes(system),
                ]
            )
    return rows


def time_rows(results: Sequence[ProjectResult]) -> list[list[str]]:
    """Milliseconds by project and cache."""
    return [
        [
            result.name,
            TITLES[cache],
            middle_and_tail(one.spill_ms),
            middle_and_tail(one.warm_ms),
            middle_and_tail(one.cold_ms),
            f"{share(one.lost_ms, 0.5):.0f}",
            f"{share(one.first_ms, 0.5):.2f} / {share(one.steady_ms, 0.5):.2f}",
        ]
        for result in results
        for cache, one in result.caches.items()
    ]


def answer_rows(results: Sequence[ProjectResult]) -> list[list[str]]:
    """The analysis cache by project."""
    return [
        [
            result.name,
            megabytes(one.own_bytes),
            megabytes(one.given_back),
            f"{one.spill_ms:.0f}",
            f"{one.stall_ms:.1f}",
            middle_and_tail(one.computed_ms),
            middle_and_tail(one.kept_ms),
            middle_and_tail(one.stored_ms),
        ]
        for result in results
        for one in [result.answers]
    ]


def stall_rows(results: Sequence[ProjectResult]) -> list[list[str]]:
    """Stalls by project and cache."""
    return [
        [
            result.name,
            TITLES[cache],
            *(middle_and_tail(values) for values in (one.stall_spill_ms, one.stall_reload_ms, result.idle_stall_ms)),
        ]
        for result in results
        for cache, one in result.caches.items()
    ]


def report(
    results: Sequence[ProjectResult], cost: tuple[float, float], told: dict[str, Any], beside: tuple[int, int, int], load: str
) -> str:
    """The page."""
    nodes, ours, theirs = beside
    sizes = [[result.name, str(result.nodes), str(result.edges), f"{result.rebuild_nodes_s:.0f}"] for result in results]
    parts = sorted(results[0].node_bytes.items(), key=lambda part: -part[1])
    part_rows = [[f"`{name}`", f"{size:.2f}"] for name, size in parts if size >= 0.005]
    part_rows.append(["**all**", f"**{sum(results[0].node_bytes.values()):.2f}**"])
    events = Counter(kind for _, kind, _ in told["events"])
    happened = ", ".join(f"{count} × {kind}" for kind, count in sorted(events.items()))
    over = max(bound for _, _, bound, _ in told["samples"]) / told["limit"]
    return TEMPLATE.format(
        machine=machine(),
        load=load,
        sizes=table(["project", "symbols", "edges", "vectors rebuilt, nodes/s"], sizes),
        bytes=table(BYTES_HEAD, given_back_rows(results)),
        times=table(TIMES_HEAD, time_rows(results)),
        kept=table(ANSWERS_HEAD, answer_rows(results)),
        kept_count=results[0].answers.count,
        rounds=ROUNDS,
        cold_rounds=COLD_ROUNDS,
        lost_rounds=LOST_ROUNDS,
        stalls=table(STALLS_HEAD, stall_rows(results)),
        parts=table(["section of the graph", "bytes a node"], part_rows),
        ours=f"{ours / nodes:.0f}",
        theirs=f"{theirs / nodes:.0f}",
        ratio=f"{theirs / ours:.1f}",
        look_ms=f"{cost[0]:.2f}",
        core=f"{cost[1]:.4%}",
        interval=f"{MemoryConfig().check_interval_secs:.0f}",
        seconds=f"{told['seconds']:.0f}",
        answers=told["answers"],
        happened=happened,
        limit=megabytes(told["limit"]),
        over=f"{over:.0%}",
    )
