"""What agents pay for `leindex mcp`: one script a measurement, one section of RESULTS.md each.

make bench-mcp                       all of them
python benchmarks/agents/run.py starting   only that one; the other sections stay as they are
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from agents import answering, sharing, starting, together
from tables import machine

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = "# Agents\n\nHow: the docstring of each script here. Method: [../README.md](../README.md).\n"

MEASUREMENTS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "starting": ("Until a client is answered", starting.measure),
    "tokens": ("Tokens of ten tasks, beside ripgrep and reading files", answering.measure_tokens),
    "latency": ("Latency of each tool", answering.measure_latency),
    "together": ("Eight clients for a minute while the index is made anew", together.measure),
    "sharing": ("Memory of several clients of Django's index", sharing.measure),
}
"""Name → (title of its section, what measures it)."""


def sections() -> dict[str, str]:
    """Title → text, as they stand in RESULTS.md."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    return {title: body.strip() for title, _, body in (part.partition("\n") for part in text.split("\n## ")[1:])}


def main(names: list[str]) -> None:
    """Measure, and write each section when it is there."""
    unknown = set(names) - MEASUREMENTS.keys()
    if unknown:
        raise SystemExit(f"there is no {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    for name in names or MEASUREMENTS:
        title, measure = MEASUREMENTS[name]
        load = os.getloadavg()[0]
        body = f"{machine()} Load before it began: {load:.1f}.\n\n{measure()}"
        found = {**sections(), title: body}
        order = [title for title, _ in MEASUREMENTS.values() if title in found]
        RESULTS.write_text(HEAD + "".join(f"\n## {title}\n\n{found[title]}\n" for title in order), encoding="utf-8")
        print(f"## {title}\n\n{body}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
