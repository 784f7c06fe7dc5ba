"""What the suites of small programs share: edges of an adjacency, answers of a program, figures over many."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

Edges = set[tuple[str, str]]


class Score(NamedTuple):
    """Figures over the programs of a suite."""

    precision: float
    recall: float
    exact: int
    """Programs without a mistake."""
    mistakes: list[str]
    """What is wrong or missing."""


def edges_in(adjacency: dict[str, list[str]]) -> Edges:
    """Caller and callee of each entry."""
    return {(caller, callee) for caller, callees in adjacency.items() for callee in callees}


def answers(program: Path, beside: str = "unobserved") -> tuple[Edges, Edges]:
    """(calls, the edges that stand under another word in the answer)."""
    document = json.loads((program / "expected.json").read_text(encoding="utf-8"))
    return edges_in(document["calls"]), edges_in(document.get(beside, {}))


def judged(programs: Iterable[Path], root: Path, found: Callable[[Path], Edges]) -> Score:
    """The found calls against the answers; programs are called by their place below `root`."""
    right = wrong = missed = exact = 0
    mistakes = []
    for program in programs:
        expected, got = answers(program)[0], found(program)
        right, wrong, missed = right + len(expected & got), wrong + len(got - expected), missed + len(expected - got)
        exact += expected == got
        name = program.relative_to(root).as_posix()
        mistakes += [f"{name}: wrong {source} -> {target}" for source, target in sorted(got - expected)]
        mistakes += [f"{name}: missed {source} -> {target}" for source, target in sorted(expected - got)]
    return Score(right / (right + wrong), right / (right + missed), exact, mistakes)
