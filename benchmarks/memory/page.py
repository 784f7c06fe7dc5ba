"""The page of results: what was measured, as records, and as text. Measures nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lepasserelle import MemoryConfig
from memory import eviction
from memory import page_parts as parts
from memory.measured import COLD_ROUNDS, LOST_ROUNDS, ROUNDS, Others, ProjectResult
from memory.page_parts import megabytes, middle_and_tail, share
from tables import machine, table

TITLES = {"pdg": "graph", "vectors": "search index"}
BYTES_HEAD = ("project", "cache", "pages held", "given back", "share", "PSS of files", "anonymous", "whole process (PSS)", "system")
SIZES_HEAD = ("project", "symbols", "edges", "vectors rebuilt, nodes/s", "index folder, MB", "copies in lestockage, MB")
TIMES_HEAD = (
    "project",
    "cache",
    "spill",
    "reload, warm file",
    "reload, file not in memory",
    "deleted, with copy",
    "from lestockage",
    "built again",
    "first query / steady",
)
ANSWERS_HEAD = ("project", "held, MB", "given back, MB", "spill, ms", "stall, ms", "computed, ms", "kept, ms", "from the store, ms")
STALLS_HEAD = ("project", "cache", "while spilling", "while reloading", "while plain Python runs", "while nothing is done")
TEMPLATE = """# Memory management, measured

{machine} Written by `make bench-memory`. The machine is shared: times carry its
noise (load average {load}), and the last columns of the stalls show it.

{sizes}

## What a spill gives back (MB)

Read from outside, in the `smaps` of the process that holds the index: after 20 questions, and after the spill.
*System*: what the page cache holds less of the files (`mincore`); a spill leaves it there on purpose, for a fast
return. The columns are not to be added.

{bytes}

## Milliseconds

p50 / p99 over {rounds} rounds; {cold_rounds} with the files dropped from the page cache. *Deleted*: the files were deleted. *With
copy*: they came back from their compressed copies, median of {lost_rounds} rounds. *From lestockage*: the copies were
deleted, too, and lestockage was all that was left: median of {lost_rounds} rounds, until the caches answered (the search
index, which is words, vectors, trigrams and text, by the question that needed it). *Built again*: its own copies were
deleted as well, and the graph linked, or words and vectors made, from the facts and terms in it, once. *First query*: the
first one after a reload, beside the three after it; medians.

Targets on a quiet machine: graph 5 ms and search index 20 ms from a file in memory, and 1500 ms for 200 000 nodes from
lestockage, which holds from the copies that lie in it, and not when nothing but the facts is left.

{times}

## Answers (the analysis cache)

{kept_count} answers of `analyze`, asked for once, again, and again after they were spilled to the store. Bytes given back
are those of anonymous memory, read from outside.

{kept}

## Longest stall of another Python thread (ms, p50 / p99)

What a thread that wants to run every half millisecond had to wait at most during one spill, or one reload; beside it, what it had
to wait while another thread ran a loop in plain Python for 50 ms, which holds it up by the interpreter's 5 ms at least. Target:
10 ms.

{stalls}

## Bytes a node

Of the whole graph, sections and what holding them takes, and of networkx with the same nodes, edges and attributes: what a
process of its own gains by holding each, in the same run (method: [graph/RESULTS.md](../graph/RESULTS.md), which counts the Python
files alone). The segment is a copy that nobody else maps: of one that is mapped twice a process is charged half. Promise: at
most 1/15.

{beside}

{parts}

## The monitor

A look costs {look_ms} ms of a processor with all caches in memory. At the default interval of {interval} s, while nobody asks,
its thread takes {core} of a core, looking once and asking each second whether memory has grown, most of it for waking up. Near
the high mark looks come faster, and are held back to 0.08 % of a core.

## A session under pressure

![usage, bound memory, caches, marks and events over time](session.svg)

{seconds} s of questions ({answers} answered, none of them empty) under a limit of {limit} MB, while the program's own
memory rises until usage passes the high mark, stays, and falls. Events: {happened}. Bound memory reached {over} of
the limit.

{background_title}
{background}
## One index, several processes

Each has searched and asked for callers; read from outside while all stand still. *Index*: pages of its files, each page
counted once (PSS) and once a process (RSS). *Private*: what each one more costs.

{sharing}

What of it is what, of a process beside one like it:

{ladder}

## Which stored answer goes, on recorded requests

Requests to the cache of answers, recorded while scripted work went on over Django and CPython's library (`recording.py`), replayed
through our policy (*ours*: S3-FIFO that keeps an entry after one use) and others. *Memory*: all requests, for caches of 3,
10 and 30 % of all bytes. *Store*: what a memory of 3 % did not answer, for stores of 10 and 30 %. Each cell: share of requests
/ of bytes found. *Clairvoyant* evicts what is asked for again latest; *bound*: no policy finds more (each figure by itself;
PFOO-L, Berger and others 2018).

{eviction}
"""


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
            f"{share(one.thawed_ms, 0.5):.0f}",
            f"{share(one.restored_ms, 0.5):.0f}",
            f"{share(one.built_ms, 0.5):.0f}",
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
            *(
                middle_and_tail(values)
                for values in (one.stall_spill_ms, one.stall_reload_ms, result.busy_stall_ms, result.idle_stall_ms)
            ),
        ]
        for result in results
        for cache, one in result.caches.items()
    ]


def report(results: Sequence[ProjectResult], cost: tuple[float, float], told: dict[str, Any], others: Others, load: str) -> str:
    """The page."""
    sizes = [
        [
            result.name,
            str(result.nodes),
            str(result.edges),
            f"{result.rebuild_nodes_s:.0f}",
            megabytes(result.folder_bytes),
            megabytes(result.copy_bytes),
        ]
        for result in results
    ]
    events = Counter(kind for _, kind, _ in told["events"])
    happened = ", ".join(f"{count} × {kind}" for kind, count in sorted(events.items()))
    over = max(bound for _, _, bound, _ in told["samples"]) / told["limit"]
    return TEMPLATE.format(
        machine=machine(),
        load=load,
        sizes=table(SIZES_HEAD, sizes),
        bytes=table(BYTES_HEAD, given_back_rows(results)),
        times=table(TIMES_HEAD, time_rows(results)),
        kept=table(ANSWERS_HEAD, answer_rows(results)),
        kept_count=results[0].answers.count,
        rounds=ROUNDS,
        cold_rounds=COLD_ROUNDS,
        lost_rounds=LOST_ROUNDS,
        stalls=table(STALLS_HEAD, stall_rows(results)),
        beside=table(parts.BESIDE_HEAD, parts.beside_rows(results)),
        parts=table(["section of the graph", *(result.name for result in results)], parts.section_rows(results)),
        look_ms=f"{cost[0]:.2f}",
        core=f"{cost[1]:.4%}",
        interval=f"{MemoryConfig().check_interval_secs:.0f}",
        seconds=f"{told['seconds']:.0f}",
        answers=told["answers"],
        happened=happened,
        limit=megabytes(told["limit"]),
        over=f"{over:.0%}",
        background_title=parts.BACKGROUND_TITLE,
        background=parts.background([others.background]),
        sharing=table(parts.SHARING_HEAD, parts.sharing_rows(others.sharing)),
        ladder=table(parts.LADDER_HEAD, parts.ladder_rows(others.sharing)),
        eviction=table(eviction.RECORDED_HEAD, others.eviction),
    )
