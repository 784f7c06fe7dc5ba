"""Every weight in one table with what it earns on five sets. What weights give that were tuned without a package: `nesting`.

    python benchmarks/retrieval/weighing.py [--annotations FOLDER] [--dry]

Each package is indexed once, its evidence gathered and checked against the product on every question; the sets are those of
`run.py`, and names (`known_items`).
"""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle.query import Searcher
from lepasserelle.query.weights import Weights
from process_tree import compile_package
from retrieval import ablation, asking, elsewhere
from retrieval.evidence import Evidence, Parts, gather, index_into, opened
from retrieval.known_items import known_items
from retrieval.questions import Package, annotated, asked_for, held_out, tasks
from retrieval.replay import Setting, replay
from retrieval.scoring import DEPTH, Question
from tables import machine

RESULTS: Final = Path(__file__).parent / "WEIGHTS.md"
ANNOTATED: Final = "annotated"


@dataclass
class Gathered:
    """What was found out about all packages."""

    evidence: defaultdict[float, defaultdict[str, dict[str, list[Evidence]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    """Share of windows → set → package → questions."""
    anew: defaultdict[tuple[str, str], defaultdict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """(Constant, which value) → set → gain of each question."""
    values: dict[str, float] = field(default_factory=dict)
    """Constant → its value."""

    def look_at(self, package: Package, title: str) -> None:
        """Index a package and ask everything."""
        with tempfile.TemporaryDirectory() as name:
            index = Path(name) / "index"
            index_into(package.folder(), index)
            with opened(index) as parts:
                sets = _sets(package, title, parts)
                self._gather(parts, package.name, sets)
                for constant, value, which, gains in asking.ask_anew(parts, index, sets):
                    self.values[constant] = value
                    for name_of_set, found in gains.items():
                        self.anew[constant, which][name_of_set] += found
                del parts

    def _gather(self, parts: Parts, package: str, sets: dict[str, Sequence[Question]]) -> None:
        for name, questions in sets.items():
            for window in ablation.WINDOWS:
                self.evidence[window][name][package] = [gather(parts, question, window) for question in questions]
            check(parts, self.evidence[Weights().window][name][package])

    def by_set(self) -> ablation.Gathered:
        """Evidence without the packages' names."""
        return {window: {name: list(of.values()) for name, of in sets.items()} for window, sets in self.evidence.items()}


def _sets(package: Package, title: str, parts: Parts) -> dict[str, Sequence[Question]]:
    """What is asked about a package: the ranking was tuned on the annotated ones, so names are drawn from the others."""
    sets: dict[str, Sequence[Question]] = {title: package.questions}
    if title != ANNOTATED:
        sets[f"names of {title}"] = known_items(parts.graph, package.name)
    return sets


def check(parts: Parts, evidence: Sequence[Evidence]) -> None:
    """Raises `AssertionError` where a replay is not what a search answers."""
    searcher = Searcher(*parts.of_searcher())
    for one in evidence:
        hits = searcher.search(one.question.text, DEPTH)
        asked = [(hit.symbol, *(place.symbol for place in hit.also)) for hit in hits]
        replayed = [tuple(one.symbols[at] for at in (first, *more)) for first, more in replay(one, Setting()).items()]
        if asked != replayed:
            raise AssertionError(f"{one.question.text!r} gives {asked} and {replayed} when replayed")


def rows_asked_anew(gathered: Gathered) -> Iterator[ablation.Row]:
    """What was asked anew, each beside what was asked in the same way with everything as it is."""
    for constant, value in gathered.values.items():
        if constant:
            plain = gathered.anew[asking.plain_of(constant), asking.AS_IT_IS]
            ways = {way: gathered.anew[constant, way] for way in ablation.WAYS if (constant, way) in gathered.anew}
            yield (
                constant,
                value,
                {way: {name: _mean(gains[name]) - _mean(plain[name]) for name in plain} for way, gains in ways.items()},
            )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _table_of_weights(gathered: Gathered) -> str:
    evidence = gathered.by_set()
    sets = evidence[Weights().window]
    plain = {name: (ablation.mean(evidence, name, Setting()), sum(map(len, packages))) for name, packages in sets.items()}
    return ablation.report(plain, [*ablation.rows(evidence), *rows_asked_anew(gathered)])


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


def main() -> None:
    """Measure and write the results."""
    given = asked_for(__doc__)
    compile_package()
    sets = {"paraphrases": held_out(), "tasks": tasks()}
    if given.annotations:
        sets = {ANNOTATED: annotated(given.annotations), **sets}
    gathered = Gathered()
    for title, packages in sets.items():
        for package in packages:
            sys.stderr.write(f"{title}: {package.name}\n")
            gathered.look_at(package, title)
    parts = ["## One weight at a time", ONE_AT_A_TIME, _table_of_weights(gathered)]
    own = [package for title, packages in sets.items() if title != ANNOTATED for package in packages]
    parts += ["## Asked elsewhere", ELSEWHERE, elsewhere.report(own)]
    load = f"Load {os.getloadavg()[0]:.1f} at the end."
    text = "\n\n".join(["# Weights of the ranking", f"{machine()} {load} Method: [../README.md](../README.md).", *parts]) + "\n"
    if not given.dry:
        RESULTS.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
