"""Is the right file first? NDCG@10 of every mode, beside the raw retrievals and a count of words, and what it costs.

    python benchmarks/retrieval/run.py [--annotations FOLDER] [--dry]

Each package is indexed once; the questions go through `LeIndex.search`. Without the annotations' folder only the held-out set is
asked.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle import LeIndex
from lepasserelle.lexical import Lexical
from lepasserelle.storage import Index
from lepasserelle.terms import STOP_WORDS, query_terms
from lepasserelle.vectors import Vectors
from process_tree import compile_package, run
from retrieval.questions import Package, annotated, held_out
from retrieval.scoring import DEPTH, Question, Scored, mean, means, ndcg, reciprocal_rank
from tables import machine, table

RESULTS = Path(__file__).parent / "RESULTS.md"
LEINDEX = Path(sys.prefix) / "bin" / "leindex"
MODES: Final = ("hybrid", "lexical", "semantic")
_ONE_A_FILE = 100
"""Hits asked for when ten files are wanted."""

Search = Callable[[str], list[str]]
"""Question → paths, best first."""


@dataclass
class Outcome:
    """What was measured of one set of questions."""

    scores: defaultdict[str, list[Scored]] = field(default_factory=lambda: defaultdict(list))
    """Way of searching → gains."""
    found: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Mode → reciprocal rank of the definition itself, where the annotation names it."""
    query_ms: list[float] = field(default_factory=list)
    index_seconds: float = 0.0
    peak_bytes: int = 0


def measure(packages: Sequence[Package]) -> Outcome:
    """Index each package in a process of its own, then ask everything in this one."""
    outcome = Outcome()
    for package in packages:
        with tempfile.TemporaryDirectory() as name:
            index = Path(name) / "index"
            took = run([str(LEINDEX), "index", str(package.folder())], environment={"LEINDEX_INDEX_DIR": str(index)})
            outcome.index_seconds += took.seconds
            outcome.peak_bytes = max(outcome.peak_bytes, took.peak_pss_bytes)
            ask(package, index, outcome)
    return outcome


def ask(package: Package, index: Path, outcome: Outcome) -> None:
    """Every question of a package, every way of searching."""
    with LeIndex(package.folder(), index_dir=str(index)) as leindex, raw_ways(index) as raw:
        ways: dict[str, Search] = {**raw, "count of words": word_counter(package.folder())}
        for question in package.questions:
            for mode in MODES:
                start = time.perf_counter()
                hits = leindex.search(question.text, DEPTH, mode)
                if mode == "hybrid":
                    outcome.query_ms.append((time.perf_counter() - start) * 1000)
                _note(outcome, mode, question, [hit.path for hit in hits])
                if question.symbol:
                    outcome.found[mode].append(reciprocal_rank([hit.symbol for hit in hits], question.symbol))
                wide = leindex.search(question.text, _ONE_A_FILE, mode)
                _note(outcome, f"{mode}, one hit a file", question, list(dict.fromkeys(hit.path for hit in wide)))
            for way, search in ways.items():
                _note(outcome, way, question, search(question.text))


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
            yield {"BM25F alone": by(lexical), "encoder alone": by(vectors)}
        finally:
            vectors.close()
            graph.close()
            for segment in segments.values():
                segment.close()


def word_counter(folder: Path) -> Search:
    """What `grep -c` of each word and a sort would give: files by how many of the words they hold, then how often."""
    texts = {
        path.relative_to(folder).as_posix(): Counter(re.findall(r"[a-z0-9]+", path.read_text("utf-8", "ignore").lower()))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in {".py", ".js", ".ts", ".tsx", ".mts", ".cts", ".kt", ".swift", ".java"}
    }

    def search(text: str) -> list[str]:
        words = [word for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in STOP_WORDS]
        rated = [(sum(word in held for word in words), sum(held[word] for word in words), path) for path, held in texts.items()]
        return [path for count, _, path in sorted(rated, key=lambda row: (-row[0], -row[1], row[2])) if count]

    return search


def report(title: str, outcome: Outcome) -> str:
    """Tables of one set."""
    ways = list(outcome.scores)
    categories = list(means(outcome.scores[ways[0]], lambda question: question.category))
    quality = [
        [way, f"{mean(scored):.3f}", *(f"{means(scored, lambda q: q.category)[name]:.3f}" for name in categories)]
        for way, scored in outcome.scores.items()
    ]
    packages = list(means(outcome.scores[ways[0]], lambda question: question.package))
    by_package = [
        [way, *(f"{means(outcome.scores[way], lambda q: q.package)[name]:.2f}" for name in packages)]
        for way in (*MODES, "BM25F alone", "encoder alone")
    ]
    languages = means(outcome.scores["hybrid"], lambda question: question.language)
    parts = [
        f"## {title}: {len(outcome.scores[ways[0]])} questions, {len(packages)} packages",
        "NDCG@10.",
        table(["way of searching", "all", *categories], quality),
        table(["way of searching", *packages], by_package),
        "Hybrid by language: " + ", ".join(f"{name} {value:.3f}" for name, value in languages.items()) + ".",
        _costs(outcome),
    ]
    if outcome.found:
        ranks = ", ".join(f"{mode} {sum(found) / len(found):.3f}" for mode, found in outcome.found.items())
        parts.append(f"The definition itself, mean reciprocal rank among ten hits: {ranks}.")
    return "\n\n".join(parts)


def _costs(outcome: Outcome) -> str:
    cuts = statistics.quantiles(outcome.query_ms, n=20)
    return (
        f"Indexing all packages {outcome.index_seconds:.1f} s, process tree at most {outcome.peak_bytes / 2**20:.0f} MiB; "
        f"hybrid query in process p50 {statistics.median(outcome.query_ms):.2f} ms, p95 {cuts[-1]:.2f} ms."
    )


def main() -> None:
    """Measure and write the results."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--annotations", type=Path, help="folder with manifest.json and annotations/")
    arguments.add_argument("--dry", action="store_true", help="print the tables, write nothing")
    given = arguments.parse_args()
    compile_package()
    parts = ["# Retrieval", f"{machine()} Method: [../README.md](../README.md)."]
    if given.annotations is not None and given.annotations.is_dir():
        parts.append(report("Annotated (ranking was tuned on these: in-sample)", measure(annotated(given.annotations))))
    else:
        sys.stderr.write("no folder of annotations: only the held-out questions are asked\n")
    parts.append(report("Held out", measure(held_out())))
    text = "\n\n".join(parts) + "\n"
    if not given.dry:
        RESULTS.write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
