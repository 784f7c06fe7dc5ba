"""Every weight in one table with what it earns on five sets. What weights give that were tuned without a package: `nesting`.

    python benchmarks/retrieval/weighing.py [--annotations FOLDER] [--dry]

Each package is indexed once, its evidence gathered and checked against the product on every question, and a part of the settings on
each package; the sets are those of `run.py`, and names (`known_items`). Packages are worked on side by side.
"""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle.query.weights import Weights
from process_tree import compile_package
from retrieval import ablation, asking, elsewhere
from retrieval.checking import check, check_settings
from retrieval.evidence import Parts, gather, index_into, opened
from retrieval.idle import REASONS
from retrieval.known_items import known_items
from retrieval.processes import side_by_side
from retrieval.questions import Package, annotated, asked_for, held_out, tasks
from retrieval.scoring import Question
from tables import machine, table

RESULTS: Final = Path(__file__).parent / "WEIGHTS.md"
ANNOTATED: Final = "annotated"
_CHECKED_ONE_IN: Final = 16
"""Of the settings on each package, other ones on each."""


class Asked(NamedTuple):
    """A package to ask."""

    number: int
    title: str
    """Of the set that its questions are in."""
    package: Package


class Found:
    """What all packages say."""

    def __init__(self) -> None:
        self.gains: defaultdict[tuple[str, str], asking.Gains] = defaultdict(dict)
        """(Weight, which value) → set → gain of each question."""
        self.values: dict[str, float] = {}
        """Weight → its value, in the order of the table."""

    def add(self, answers: Sequence[asking.Answered]) -> None:
        """Of one more package."""
        for weight, value, way, gains in answers:
            if weight:
                self.values[weight] = value
            for name, more in gains.items():
                self.gains[weight, way].setdefault(name, []).extend(more)


def measured(asked: Asked) -> list[asking.Answered]:
    """Index a package and ask everything. Raises `AssertionError` where a replay is not what the product answers."""
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "index"
        index_into(asked.package.folder(), index)
        with opened(index) as parts:
            sets = sets_of(asked.package, asked.title, parts)
            evidence = {
                window: {name: [gather(parts, question, window) for question in questions] for name, questions in sets.items()}
                for window in ablation.WINDOWS
            }
            for questions in evidence[Weights().window].values():
                check(parts, questions)
            settings = [setting for _, _, ways in ablation.settings() for setting in ways.values()]
            check_settings(parts, evidence, settings, asked.number, _CHECKED_ONE_IN)
            replayed = list(ablation.replayed(evidence))
            plain, *anew = asking.ask_anew(parts, index, sets)
            del parts
    if plain != replayed[0]:
        raise AssertionError(f"{plain} asked, {replayed[0]} replayed")
    return replayed + anew


def sets_of(package: Package, title: str, parts: Parts) -> dict[str, Sequence[Question]]:
    """What is asked about a package: the ranking was tuned on the annotated ones, so names are drawn from the others."""
    sets: dict[str, Sequence[Question]] = {title: package.questions}
    if title != ANNOTATED:
        sets[f"{ablation.NAMES}{title}"] = known_items(parts.graph, package.name)
    return sets


ONE_AT_A_TIME: Final = (
    "What changes with one weight neutral · at half · at double of what it is, everything else as it ships; of one that "
    "multiplies (at 1 it is neutral) with its root and its square. NDCG@10 of the three sets of questions; of names the mean "
    "reciprocal rank of the definition itself. In brackets the number of questions. – is a value that the weight has anyway, or "
    "that there is not. `repeated_file` counts in flat lists only, and is measured on them."
)
ELSEWHERE: Final = (
    "`prose` and `older` are asked where they were not tuned (`elsewhere`): NDCG@10 of our own questions over source "
    "distributions, which hold the documentation that wheels leave out, and of names that several versions of a package define, "
    "where the package's own entry says which one is meant."
)


IDLE: Final = (
    f"Without these none of the three sets of questions loses {ablation.LEAST} (by half and by double, where they cannot be taken "
    "out). What keeps each: names that lose, or else a reason that is no figure of this table."
)


def report(found: Found) -> list[str]:
    """The tables, but for what is asked elsewhere."""
    plain = {"all as they are": found.gains["", asking.AS_IT_IS], "flat lists": found.gains[asking.FLAT, asking.AS_IT_IS]}
    rows = ablation.rows(found.gains, found.values)
    kept = ablation.idle(rows, REASONS)
    parts = ["## One weight at a time", ONE_AT_A_TIME, ablation.report(plain, rows)]
    return [*parts, "## What no question asks for", IDLE, table(["weight", "what keeps it"], kept)]


def main() -> None:
    """Measure and write the results."""
    given = asked_for(__doc__)
    compile_package()
    own = {"paraphrases": held_out(), "tasks": tasks()}
    sets = {ANNOTATED: annotated(given.annotations), **own} if given.annotations else own
    found = Found()
    packages = [(title, package) for title, packages in sets.items() for package in packages]
    for asked, answers in side_by_side(measured, [Asked(number, *one) for number, one in enumerate(packages)]):
        sys.stderr.write(f"{asked.title}: {asked.package.name}\n")
        found.add(answers)
    parts = report(found)
    parts += ["## Asked elsewhere", ELSEWHERE, elsewhere.report([package for packages in own.values() for package in packages])]
    took = f"Processor time {processor_minutes():.0f} minutes, load {os.getloadavg()[0]:.1f} at the end."
    text = "\n\n".join(["# Weights of the ranking", f"{machine()} {took} Method: [../README.md](../README.md).", *parts]) + "\n"
    if not given.dry:
        RESULTS.write_text(text)
    sys.stdout.write(text)


def processor_minutes() -> float:
    """Of this process and those that it started and that have ended."""
    spent = os.times()
    return (spent.user + spent.system + spent.children_user + spent.children_system) / 60


if __name__ == "__main__":
    main()
