"""What each weight of the ranking is worth, and what tuning would have given on a package that it did not see.

Each weight is set to where it says nothing, and to some more and some less than it is, one at a time. Leave one package out: of all
these settings that one answers for a package which is best on the others. Not a search for better weights: `query/weights.py` is
only read.
"""

from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.graph import Graph
from lepasserelle.leindex.table import DocumentTable
from lepasserelle.lexical import Lexical
from lepasserelle.query import Ground, Searcher
from lepasserelle.query.weights import Weights
from lepasserelle.storage import Index, TextStore
from lepasserelle.vectors import Vectors
from retrieval.questions import Package
from retrieval.scoring import DEPTH, ndcg
from tables import table

AS_IT_IS: Final = "as it is"
_FACTORS: Final = frozenset(
    {"test", "secondary", "prose", "older", "variant", "error_type", "private", "wanted_kind", "symbol_meaning"}
)
"""Weights that multiply: they say nothing at 1, the others at 0."""
_NOT_SWEPT: Final = frozenset({"pool", "short_list", "repeated_file", "further_share"})
_MORE_OR_LESS: Final = (0.7, 1.4)


def settings() -> dict[str, Weights]:
    """Name of a setting → weights."""
    given = Weights()
    found = {AS_IT_IS: given}
    for name in Weights.__struct_fields__:
        if name not in _NOT_SWEPT:
            neutral = 1.0 if name in _FACTORS else 0.0
            found[f"without {name}"] = msgspec.structs.replace(given, **{name: neutral})
            for share in _MORE_OR_LESS:
                value = neutral + (getattr(given, name) - neutral) * share
                found[f"{name} {value:.3g}"] = msgspec.structs.replace(given, **{name: value})
    return found


class Ablation:
    """Gains by setting and package."""

    def __init__(self) -> None:
        self._gains: defaultdict[str, dict[str, list[float]]] = defaultdict(dict)

    @property
    def asked(self) -> bool:
        """Whether there is anything to report."""
        return bool(self._gains)

    def ask(self, package: Package, index: Path) -> None:
        """Every question of a package with every setting."""
        with Index.open(index).pin() as snapshot:
            segments = {kind: snapshot.segment(kind) for kind in ("graph", "lexical", "vectors", "text")}
            graph, vectors = Graph(segments["graph"].sections), Vectors(segments["vectors"].sections)
            parts = (
                Ground(DocumentTable(graph)),
                Lexical(segments["lexical"].sections),
                vectors,
                TextStore(segments["text"].sections),
            )
            for name, weights in settings().items():
                searcher = Searcher(*parts, weights)
                self._gains[name][package.name] = [
                    ndcg([hit.path for hit in searcher.search(question.text, DEPTH)], question.targets)
                    for question in package.questions
                ]
            del searcher, parts
            vectors.close()
            graph.close()
            for segment in segments.values():
                segment.close()

    def report(self) -> str:
        """Leave one package out, and each weight taken out."""
        packages = list(self._gains[AS_IT_IS])
        left_out: list[float] = []
        for package in packages:
            others = [one for one in packages if one != package]
            chosen = max(self._gains, key=partial(self._mean, packages=others))
            left_out += self._gains[chosen][package]
        plain = self._mean(AS_IT_IS, packages)
        rows = [
            [name.removeprefix("without "), f"{self._mean(name, packages):.4f}", f"{self._mean(name, packages) - plain:+.4f}"]
            for name in self._gains
            if name.startswith("without ")
        ]
        return "\n\n".join(
            (
                f"Hybrid: {plain:.4f}; leave one package out {sum(left_out) / len(left_out):.4f}: for each package the setting "
                f"that is best on the others, of {len(self._gains)} (each weight taken out, at 0.7 and at 1.4 of what it is).",
                "Hybrid without a weight:",
                table(["weight", "NDCG@10", "change"], sorted(rows, key=lambda row: float(row[1]))),
            )
        )

    def _mean(self, name: str, packages: list[str]) -> float:
        gains = [gain for package in packages for gain in self._gains[name][package]]
        return sum(gains) / len(gains)
