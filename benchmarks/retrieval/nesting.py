"""What weights give that were tuned without the package that is asked, beside the shipped ones: all packages, all sets.

    python benchmarks/retrieval/nesting.py --annotations FOLDER [--dry]

Each package is indexed once, its evidence gathered and checked against the product on every question, and every figure of the
report is that of the question asked by itself. The method is `nested`'s.
"""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle.query.weights import Weights
from process_tree import compile_package
from retrieval import elsewhere, nested
from retrieval.checking import check
from retrieval.evidence import Evidence, gather, index_into, opened
from retrieval.processes import side_by_side
from retrieval.questions import Package, annotated, asked_for, held_out, tasks
from retrieval.weighing import ANNOTATED, processor_minutes, sets_of
from tables import machine

RESULTS: Final = Path(__file__).parent / "NESTED.md"

Gathered = defaultdict[str, dict[str, list[Evidence]]]
"""Set → package → questions."""

METHOD: Final = (
    "For each package all weights of a search are tuned by coordinate search (`climbing.py`) from a start that no question shaped, "
    "on the nine other packages and on sets of our own, which are about other packages altogether; then the package is asked. How "
    "much the nine count beside our own sets is chosen for each package by leaving out each of the nine in turn, never by the "
    "package itself. NDCG@10, and of names the mean reciprocal rank of the definition. The shipped weights had all ten and our own "
    "sets in view; the columns of our own sets are in-sample for both, since the search is tuned on them."
)
TRIED: Final = (
    "All that was there to choose from. The inner round is the mean over packages of what the choice was made by; the outer round "
    "is what the package that was left out then gets, chosen or not."
)


def gather_all(annotations: Path) -> Gathered:
    """Everything that is asked."""
    found: Gathered = defaultdict(dict)
    own = {"paraphrases": held_out(), "tasks": tasks()}
    sets = {ANNOTATED: annotated(annotations), **own}
    for asked, evidence in side_by_side(_gathered, [(title, package) for title, packages in sets.items() for package in packages]):
        for set_of, questions in evidence.items():
            found[set_of][asked[1].name] = questions
    trees = list(elsewhere.trees([package for packages in own.values() for package in packages]))
    for number, (tree, questions) in enumerate(side_by_side(elsewhere.asked, trees)):
        found[tree.title][f"{number} {tree.folder.name}"] = questions
    return found


def _gathered(asked: tuple[str, Package]) -> dict[str, list[Evidence]]:
    """Set → evidence of a package's questions."""
    title, package = asked
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "index"
        index_into(package.folder(), index)
        with opened(index) as parts:
            found = {
                set_of: [gather(parts, question, Weights().window) for question in questions]
                for set_of, questions in sets_of(package, title, parts).items()
            }
            for questions in found.values():
                check(parts, questions)
            del parts
    return found


def report(found: Mapping[str, Mapping[str, Sequence[Evidence]]]) -> list[str]:
    """The tables."""
    own = {name: packages for name, packages in found.items() if name != ANNOTATED}
    held = nested.leave_out_each(found[ANNOTATED], own)
    parts = ["## Tuned without the package that is asked", METHOD, nested.report(held, own)]
    parts += ["## What there was to choose from", TRIED, nested.tried(held)]
    return [*parts, "## What each search chose", nested.choices(held)]


def main() -> None:
    """Measure and write the results."""
    given = asked_for(__doc__)
    if given.annotations is None:
        sys.exit(2)
    compile_package()
    parts = report(gather_all(given.annotations))
    load = f"Processor time {processor_minutes():.0f} minutes, load {os.getloadavg()[0]:.1f} at the end."
    text = "\n\n".join(["# Weights, nested", f"{machine()} {load} Method: [../README.md](../README.md).", *parts]) + "\n"
    if not given.dry:
        RESULTS.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
