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
from retrieval.evidence import Evidence, gather, index_into, opened
from retrieval.known_items import known_items
from retrieval.questions import Package, annotated, asked_for, held_out, tasks
from retrieval.weighing import ANNOTATED, check
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
    for title, packages in {ANNOTATED: annotated(annotations), **own}.items():
        for package in packages:
            sys.stderr.write(f"{title}: {package.name}\n")
            _gather(found, title, package)
    for number, tree in enumerate(elsewhere.trees([package for packages in own.values() for package in packages])):
        found[tree.title][f"{number} {tree.folder.name}"] = elsewhere.asked(tree)
    return found


def _gather(found: Gathered, title: str, package: Package) -> None:
    with tempfile.TemporaryDirectory() as name:
        index = Path(name) / "index"
        index_into(package.folder(), index)
        with opened(index) as parts:
            asked = {title: package.questions}
            if title != ANNOTATED:
                asked[f"names of {title}"] = tuple(known_items(parts.graph, package.name))
            for set_of, questions in asked.items():
                found[set_of][package.name] = [gather(parts, question, Weights().window) for question in questions]
                check(parts, found[set_of][package.name])
            del parts


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
    load = f"Load {os.getloadavg()[0]:.1f} at the end."
    text = "\n\n".join(["# Weights, nested", f"{machine()} {load} Method: [../README.md](../README.md).", *parts]) + "\n"
    if not given.dry:
        RESULTS.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
