"""Is the right file first? NDCG@10 of every mode, beside the raw retrievals and ripgrep, and what each costs.

    python benchmarks/retrieval/run.py [--annotations FOLDER] [--dry]

Each package is indexed once; the questions go through `LeIndex.search`. Without the annotations' folder only the sets of our
own are asked.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle import LeIndex
from lepasserelle.lexical import Lexical
from lepasserelle.storage import Index
from lepasserelle.terms import query_terms
from lepasserelle.vectors import Vectors
from process_tree import compile_package, run
from retrieval import encoding
from retrieval.context import Coverage
from retrieval.questions import Package, annotated, asked_for, held_out, tasks
from retrieval.ripgrep import Ripgrep
from retrieval.scoring import DEPTH, Question, Scored, mean, means, ndcg, places, reciprocal_rank
from tables import machine, table

RESULTS = Path(__file__).parent / "RESULTS.md"
LEINDEX = Path(sys.prefix) / "bin" / "leindex"
MODES: Final = ("hybrid", "lexical", "semantic")
FLAT: Final = "hybrid, every place by itself"
WORDS_ALONE: Final = "BM25F alone"
COSTS: Final = ("p50 ms", "p95 ms", "index s", "index peak MiB", "search peak MiB")
_ONE_A_FILE = 100
"""Hits asked for when ten files are wanted."""

Found = TypeVar("Found")
Search = Callable[[str], list[str]]
"""Question → paths, best first."""


@dataclass
class Outcome:
    """What was measured of one set of questions."""

    scores: defaultdict[str, list[Scored]] = field(default_factory=lambda: defaultdict(list))
    """Way of searching → gains."""
    found: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Mode → reciprocal rank of the definition itself, where the annotation names it."""
    query_ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Way of searching → milliseconds of each question."""
    index_seconds: float = 0.0
    index_peak_bytes: int = 0
    search_peak_bytes: int = 0
    """Of a command that opens an index and answers one question."""
    coverage: Coverage = field(default_factory=Coverage)


def measure(packages: Sequence[Package]) -> Outcome:
    """Index each package in a process of its own, then ask everything in this one."""
    outcome = Outcome()
    for package in packages:
        with tempfile.TemporaryDirectory() as name:
            index = Path(name) / "index"
            environment = {"LEINDEX_INDEX_DIR": str(index)}
            took = run([str(LEINDEX), "index", str(package.folder())], environment=environment)
            outcome.index_seconds += took.seconds
            outcome.index_peak_bytes = max(outcome.index_peak_bytes, took.peak_pss_bytes)
            command = [str(LEINDEX), "search", package.questions[0].text, "--project", str(package.folder())]
            outcome.search_peak_bytes = max(outcome.search_peak_bytes, run(command, environment=environment).peak_pss_bytes)
            ask(package, index, outcome)
    return outcome


def ask(package: Package, index: Path, outcome: Outcome) -> None:
    """Every question of a package, every way of searching."""
    with LeIndex(package.folder(), index_dir=str(index)) as leindex, raw_ways(index) as raw:
        ways: dict[str, Search] = {**raw, "ripgrep": Ripgrep(package.folder())}
        for question in package.questions:
            for mode in MODES:
                hits = _timed(outcome, mode, partial(leindex.search, question.text, DEPTH, mode))
                _note(outcome, mode, question, [hit.path for hit in hits])
                if question.symbol:
                    outcome.found[mode].append(reciprocal_rank(places(hits), question.symbol))
            flat = _timed(outcome, FLAT, partial(leindex.search, question.text, DEPTH, flat=True))
            _note(outcome, FLAT, question, [hit.path for hit in flat])
            for way, search in ways.items():
                _note(outcome, way, question, _timed(outcome, way, partial(search, question.text)))
        outcome.coverage.ask(leindex, package.questions)


def _timed(outcome: Outcome, way: str, search: Callable[[], list[Found]]) -> list[Found]:
    start = time.perf_counter()
    found = search()
    outcome.query_ms[way].append((time.perf_counter() - start) * 1000)
    return found


def _note(outcome: Outcome, way: str, question: Question, paths: list[str]) -> None:
    outcome.scores[way].append(Scored(question, ndcg(paths, question.targets)))


@contextmanager
def raw_ways(index: Path) -> Iterator[dict[str, Search]]:
    """Each retrieval alone, without ranking, one hit a file."""
    from lepasserelle.graph import Graph

    with Index.open(index).pin() as snapshot:
        segments = {kind: snapshot.segment(kind) for kind in ("graph", "lexical", "vectors")}
        graph = Graph(segments["graph"].sections)
        lexical, vectors = Lexical(segments["lexical"].sections), Vectors(segments["vectors"].sections)

        def by(index_of: Lexical | Vectors) -> Search:
            def search(text: str) -> list[str]:
                nodes, _ = index_of.search(query_terms(text), 2 * _ONE_A_FILE)
                return list(dict.fromkeys(graph.path(int(node)) for node in nodes))

            return search

        try:
            yield {WORDS_ALONE: by(lexical), "encoder alone": by(vectors)}
        finally:
            vectors.close()
            graph.close()
            for segment in segments.values():
                segment.close()


def report(title: str, outcome: Outcome) -> str:
    """Tables of one set."""
    ways = list(outcome.scores)
    categories = list(means(outcome.scores[ways[0]], lambda question: question.category))
    quality = [
        [
            way,
            f"{mean(scored):.3f}",
            *(f"{means(scored, lambda q: q.category)[name]:.3f}" for name in categories),
            *_costs(outcome, way),
        ]
        for way, scored in outcome.scores.items()
    ]
    packages = list(means(outcome.scores[ways[0]], lambda question: question.package))
    by_package = [
        [way, *(f"{means(outcome.scores[way], lambda q: q.package)[name]:.2f}" for name in packages)]
        for way in (*MODES, FLAT, WORDS_ALONE, "encoder alone", "ripgrep")
    ]
    languages = means(outcome.scores["hybrid"], lambda question: question.language)
    parts = [
        f"## {title}: {len(outcome.scores[ways[0]])} questions, {len(packages)} packages",
        "NDCG@10.",
        table(["way of searching", "all", *categories, *COSTS], quality),
        table(["way of searching", *packages], by_package),
        "Hybrid by language: " + ", ".join(f"{name} {value:.3f}" for name, value in languages.items()) + ".",
    ]
    ranked, raw = mean(outcome.scores["lexical"]), mean(outcome.scores[WORDS_ALONE])
    if ranked < raw:
        parts.append(f"The ranking of `lexical` stands below {WORDS_ALONE} here: {ranked:.4f} and {raw:.4f}.")
    if outcome.found:
        ranks = ", ".join(f"{mode} {sum(found) / len(found):.3f}" for mode, found in outcome.found.items())
        parts.append(f"The definition itself, mean reciprocal rank among ten hits: {ranks}.")
    parts.append(outcome.coverage.report())
    return "\n\n".join(parts)


def _costs(outcome: Outcome, way: str) -> list[str]:
    """Times of a question; of what stands behind a command, what indexing and one command took."""
    spent = outcome.query_ms[way]
    times = [f"{statistics.median(spent):.2f}", f"{statistics.quantiles(spent, n=20)[-1]:.2f}"]
    if way not in MODES:
        return [*times, "", "", ""]
    peaks = (outcome.index_peak_bytes, outcome.search_peak_bytes)
    return [*times, f"{outcome.index_seconds:.1f}", *(f"{peak_bytes / 2**20:.0f}" for peak_bytes in peaks)]


def main() -> None:
    """Measure and write the results."""
    given = asked_for(__doc__)
    compile_package()
    began = os.getloadavg()[0]
    parts: list[str] = []
    if given.annotations:
        outcome = measure(annotated(given.annotations))
        parts.append(report("Annotated (ranking was tuned on these: in-sample)", outcome))
    outcomes = {"paraphrases": measure(held_out()), "tasks": measure(tasks())}
    parts += [report(f"Held out: {name}", outcome) for name, outcome in outcomes.items()]
    parts.append("What each weight is worth: [WEIGHTS.md](WEIGHTS.md). Weights tuned without the package: [NESTED.md](NESTED.md).")
    parts.append(encoding.report(held_out()[0].folder(), "python", ".py"))
    load = f"Load {began:.1f} at the start, {os.getloadavg()[0]:.1f} at the end."
    text = "\n\n".join(["# Retrieval", f"{machine()} {load} Method: [../README.md](../README.md).", *parts]) + "\n"
    if not given.dry:
        RESULTS.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
