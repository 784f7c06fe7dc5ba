"""Parts of the page that are not of one cache: bytes a node, questions under pressure, several processes. Measures nothing."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from memory.measured import ProjectResult
from tables import table

BESIDE_HEAD = ("project", "nodes", "bytes a node", "in networkx", "ratio")
BACKGROUND_HEAD = (
    "",
    "questions",
    "answered in",
    "of a processor",
    "longest stall of another thread",
    "of it without a processor",
    "of others meanwhile",
    "longest of the rest",
    "stall, median of the phases",
)
BY_RUN_HEAD = (
    "run",
    "idle",
    "without a processor",
    "of others meanwhile",
    "pressed",
    "without a processor",
    "of others meanwhile",
    "longest of the rest",
    "other programs",
)
STALL_MS = 10.0
"""No other thread is to wait longer."""
BACKGROUND_TITLE = "## Questions while the monitor spills"
BACKGROUND = """
The same questions of Django in turn with nothing to do and with caches that pass `max_cache_bytes` at every look, twenty looks a
second, and nothing that protects what came back: far more spilling than the rules allow in earnest. {phases} phases of each kind,
in turns. Milliseconds, p50 / p99. Load average {began:.1f} at the start of this part, {ended:.1f} at its end. Events under
pressure: {spills}.{alone}

{rows}

The stalled thread wants to run every half millisecond. *Without a processor*: it could have run, and the kernel ran another
thread (`schedstat`), of this program or of another one; with a tick of 4 ms one thread may keep another one out so long. *Of
others meanwhile*: so long the program's other threads were without one; while the one that has the interpreter's lock is, nobody
gets it. *The rest*: the lock while its holder ran; the longest by itself. Run by run, the longest of the phases; *other programs*:
processors that they kept busy meanwhile, median and most. Full collections of garbage look at what came since a phase began
(`gc.freeze`):

{runs}

Target: no stall under pressure over 10 ms. **{verdict}**

p99 under pressure against idle: **{clock} by the clock**, {cpu} of processor time (95 % of {draws} draws of phases, with
replacement).
"""
ALONE = """ Measured at real-time priority, because other programs were using the machine: they
take no processor from it then."""
DRAWS = 1000
SHARING_HEAD = ("processes", "index, PSS, MB", "index, RSS, MB", "all together (PSS), MB", "private of each, MB")
LADDER_HEAD = ("a process with", "anonymous, MB", "private, MB", "processor seconds")


def share(values: Sequence[float], part: float) -> float:
    """The value that `part` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def middle_and_tail(values: Sequence[float]) -> str:
    """p50 / p99."""
    return f"{share(values, 0.5):.1f} / {share(values, 0.99):.1f}"


def megabytes(size: float | None) -> str:
    """In 10⁶ bytes."""
    return "unavailable" if size is None else f"{size / 1e6:.2f}"


def beside_rows(results: Sequence[ProjectResult]) -> list[list[str]]:
    """Bytes a node here and in networkx."""
    return [
        [
            result.name,
            str(beside.nodes),
            f"{beside.ours / beside.nodes:.0f}",
            f"{beside.theirs / beside.nodes:.0f}",
            f"1/{beside.theirs / beside.ours:.1f}",
        ]
        for result in results
        for beside in [result.beside]
    ]


def section_rows(results: Sequence[ProjectResult]) -> list[list[str]]:
    """Bytes a node by section of the graph, the largest of the first project first."""
    names = sorted(results[0].node_bytes, key=lambda name: -results[0].node_bytes[name])
    rows = [
        [f"`{name}`", *(f"{result.node_bytes.get(name, 0.0):.2f}" for result in results)]
        for name in names
        if any(result.node_bytes.get(name, 0.0) >= 0.005 for result in results)
    ]
    return [*rows, ["**all**", *(f"**{sum(result.node_bytes.values()):.2f}**" for result in results)]]


def background(runs: Sequence[Mapping[str, Any]], *, is_alone: bool = False) -> str:
    """The part of the page about questions under pressure, measured so many times; `is_alone`: at real-time priority."""
    told = together(runs)
    clock, cpu = (ratio(*(of_phases(told, kind, which) for kind in ("pressed", "idle"))) for which in (0, 1))
    return BACKGROUND.format(
        phases=len(told["stalls"]["idle"]),
        began=told["load"][0],
        ended=told["load"][1],
        runs=table(BY_RUN_HEAD, run_rows(runs)),
        verdict=verdict(told),
        spills=events_of(told),
        alone=ALONE if is_alone else "",
        rows=table(BACKGROUND_HEAD, background_rows(told)),
        draws=DRAWS,
        clock=clock,
        cpu=cpu,
    )


def of_phases(told: Mapping[str, Any], kind: str, which: int) -> list[list[float]]:
    """By phase, of each question: by the clock (0), or of a processor (1)."""
    return [[one[which] for one in phase] for phase in told["latency"][kind]]


def background_rows(told: Mapping[str, Any]) -> list[list[str]]:
    """Idle beside pressed."""
    return [
        [
            kind,
            str(sum(map(len, phases))),
            *(middle_and_tail(list(chain(*of_phases(told, kind, which)))) for which in (0, 1)),
            *longest(told["stalls"][kind]),
            f"{max(of_stalls(told, kind, 'locked')):.1f}",
            f"{share(of_stalls(told, kind, 'whole'), 0.5):.1f}",
        ]
        for kind, phases in told["latency"].items()
    ]


def together(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """All phases of all runs, as if they were one."""
    return {
        "load": [runs[0]["load"][0], runs[-1]["load"][1]],
        "events": sum((Counter(run["events"]) for run in runs), Counter()),
        **{
            what: {kind: list(chain(*(run[what][kind] for run in runs))) for kind in ("idle", "pressed")}
            for what in ("latency", "stalls")
        },
    }


def of_stalls(told: Mapping[str, Any], kind: str, which: str) -> list[float]:
    """One figure of every phase."""
    return [phase[which] for phase in told["stalls"][kind]]


def longest(phases: Sequence[Mapping[str, float]]) -> list[str]:
    """The longest stall, and how much of it was without a processor."""
    worst = max(phases, key=lambda phase: phase["whole"])
    return [f"{worst['whole']:.1f}", f"{worst['queued']:.1f}", f"{worst['holder']:.1f}"]


def run_rows(runs: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Run by run."""
    return [
        [
            str(number),
            *longest(run["stalls"]["idle"]),
            *longest(run["stalls"]["pressed"]),
            f"{max(of_stalls(run, 'pressed', 'locked')):.1f}",
            f"{share(others, 0.5):.2f} / {max(others):.2f}",
        ]
        for number, run in enumerate(runs, 1)
        for others in [[*of_stalls(run, "idle", "others"), *of_stalls(run, "pressed", "others")]]
    ]


def verdict(told: Mapping[str, Any]) -> str:
    """In how many phases the target was kept, and whether the interpreter's lock alone kept it."""
    pressed, idle, locked = (of_stalls(told, *which) for which in (("pressed", "whole"), ("idle", "whole"), ("pressed", "locked")))
    missed, missed_idle = (sum(one > STALL_MS for one in phases) for phases in (pressed, idle))
    kept = "Kept" if not missed else "Missed"
    return (
        f"{kept}: longer in {missed} of {len(pressed)} phases under pressure, in {missed_idle} of {len(idle)} with nothing to do; "
        f"without what threads waited for a processor, {max(locked):.1f} ms at most."
    )


def ratio(pressed: Sequence[Sequence[float]], idle: Sequence[Sequence[float]]) -> str:
    """p99 of one against the other, with its bootstrap interval (Efron 1979). Phases are drawn, not questions: what slows one
    question down slows its neighbours down as well.
    """
    draw = random.Random(0)

    def tail(phases: Sequence[Sequence[float]]) -> float:
        return share(list(chain(*phases)), 0.99)

    drawn = sorted(tail(draw.choices(pressed, k=len(pressed))) / tail(draw.choices(idle, k=len(idle))) for _ in range(DRAWS))
    return f"{tail(pressed) / tail(idle):.2f} ({share(drawn, 0.025):.2f} to {share(drawn, 0.975):.2f})"


def events_of(told: Mapping[str, Any]) -> str:
    """What the manager noted."""
    return ", ".join(f"{count} × {kind}" for kind, count in told["events"].items())


def sharing_rows(told: Mapping[str, Any]) -> list[list[str]]:
    """By number of processes."""
    return [
        [str(row["processes"]), *(megabytes(row[name]) for name in ("index_pss", "index_rss", "pss", "private"))]
        for row in told["shared"]
    ]


def ladder_rows(told: Mapping[str, Any]) -> list[list[str]]:
    """Step by step."""
    return [[step, megabytes(anonymous), megabytes(private), f"{cpu_s:.2f}"] for step, anonymous, private, cpu_s in told["ladder"]]
