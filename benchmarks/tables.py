"""Writing a benchmark's results: the machine in one line, and Markdown tables."""

import os
import platform
from collections.abc import Sequence
from datetime import date


def machine() -> str:
    """What the figures were measured on, without naming the machine."""
    cores = len(os.sched_getaffinity(0))
    return f"Measured on {date.today().isoformat()}: {platform.system()}, {cores} cores, CPython {platform.python_version()}."


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median and range: `1.23 (1.20–1.41)`."""
    ordered = sorted(values)
    return f"{ordered[len(ordered) // 2]:.{digits}f} ({ordered[0]:.{digits}f}–{ordered[-1]:.{digits}f})"


def median(values: Sequence[float]) -> float:
    """The middle value (the upper one of two)."""
    return sorted(values)[len(values) // 2]
