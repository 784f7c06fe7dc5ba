"""Parts of the page that are not of one cache: bytes a node, questions under pressure, several processes. Measures nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from memory.measured import ProjectResult

BESIDE_HEAD = ("project", "nodes", "bytes a node", "in networkx", "ratio")
BACKGROUND_HEAD = ("", "questions", "answered in", "longest stall of another thread")
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


def background_rows(told: Mapping[str, Any]) -> list[list[str]]:
    """Idle beside pressed."""
    return [
        [kind, str(len(latency)), middle_and_tail(latency), f"{max(told['stalls'][kind]):.1f}"]
        for kind, latency in told["latency"].items()
    ]


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
