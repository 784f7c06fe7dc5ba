"""What each weight of the ranking is worth, on every set of questions, and what the choice of one of them by the set that is judged
would have overfitted.

Each weight is set to where it says nothing, one at a time; on the set that the ranking was tuned on also to some more and some
less than it is. Leave one package out: of all these settings, single steps from weights that all packages had a part in, that
one answers for a package which is best on the others. Not a search for better weights: `query/weights.py` is only read.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.graph import Graph
from lepasserelle.leindex.table import DocumentTable
from lepasserelle.lexical import Lexical
from lepasserelle.model import SearchHit
from lepasserelle.query import Ground, Searcher
from lepasserelle.query.weights import Weights
from lepasserelle.storage import Index, TextStore
from lepasserelle.vectors import Vectors
from retrieval.known_items import known_items
from retrieval.questions import Package
from retrieval.scoring import DEPTH, Question, ndcg, reciprocal_rank
from tables import table

AS_IT_IS: Final = "as it is"
_FACTORS: Final = frozenset(
    {"test", "secondary", "prose", "older", "variant", "error_type", "private", "wanted_kind", "symbol_meaning"}
)
"""Weights that multiply: they say nothing at 1, the others at 0."""
_NOT_SWEPT: Final = frozenset({"pool", "short_list", "repeated_file", "further_share"})
_MORE_OR_LESS: Final = (0.7, 1.4)


def settings(swept: bool = True) -> dict[str, Weights]:
    """Name of a setting → weights. `swept`: each weight also at more and at less."""
    given = Weights()
    found = {AS_IT_IS: given}
    for name in Weights.__struct_fields__:
        if name not in _NOT_SWEPT:
            neutral = 1.0 if name in _FACTORS else 0.0
            found[_without(name)] = msgspec.structs.replace(given, **{name: neutral})
            for share in _MORE_OR_LESS if swept else ():
                value = neutral + (getattr(given, name) - neutral) * share
                found[f"{name} {value:.3g}"] = msgspec.structs.replace(given, **{name: value})
    return found


def _without(name: str) -> str:
    return f"without {name}"


class Ablation:
    """Gains of one set of questions, by setting and package."""

    def __init__(self, swept: bool = False) -> None:
        self.settings = settings(swept)
        self.is_swept = swept
        self._gains: defaultdict[str, dict[str, list[float]]] = defaultdict(dict)

    def ask(self, package: Package, index: Path, names: "Ablation | None" = None) -> None:
        """Every question of a package with every setting. `names`: who asks its known items, too."""
        with _parts(index) as (graph, parts):
            items = known_items(graph, package.name) if names is not None else []
            for name, weights in self.settings.items():
                searcher = Searcher(*parts, weights)
                self.note(name, package.name, [_files(searcher, question) for question in package.questions])
                if names is not None and items and name in names.settings:
                    names.note(name, package.name, [_definition(searcher, question) for question in items])
                del searcher
            del parts

    def note(self, setting: str, package: str, gains: list[float]) -> None:
        """What the questions of a package gave."""
        self._gains[setting][package] = gains

    def leave_one_out(self) -> str:
        """What a package gets that has no part in the choice of a setting."""
        packages = list(self._gains[AS_IT_IS])
        left_out: list[float] = []
        for package in packages:
            others = [one for one in packages if one != package]
            chosen = max(self._gains, key=partial(self._mean, packages=others))
            left_out += self._gains[chosen][package]
        return (
            f"Hybrid: {self.mean():.4f}; leave one package out {sum(left_out) / len(left_out):.4f}: for each package the setting "
            f"that is best on the others, of {len(self._gains)} (each weight taken out, at 0.7 and at 1.4 of what it is)."
        )

    def mean(self, name: str = AS_IT_IS) -> float:
        """Mean gain over all questions with a setting."""
        return self._mean(name, list(self._gains[name]))

    def count(self) -> int:
        """Questions."""
        return sum(map(len, self._gains[AS_IT_IS].values()))

    def _mean(self, name: str, packages: Sequence[str]) -> float:
        gains = [gain for package in packages for gain in self._gains[name][package]]
        return sum(gains) / len(gains)


@contextmanager
def _parts(index: Path) -> Iterator[tuple[Graph, tuple[Ground, Lexical, Vectors, TextStore]]]:
    """What a searcher is made of, of a published index."""
    with Index.open(index).pin() as snapshot:
        segments = {kind: snapshot.segment(kind) for kind in ("graph", "lexical", "vectors", "text")}
        graph, vectors = Graph(segments["graph"].sections), Vectors(segments["vectors"].sections)
        try:
            yield (
                graph,
                (
                    Ground(DocumentTable(graph)),
                    Lexical(segments["lexical"].sections),
                    vectors,
                    TextStore(segments["text"].sections),
                ),
            )
        finally:
            vectors.close()
            graph.close()
            for segment in segments.values():
                segment.close()


def report(sets: Mapping[str, Ablation]) -> str:
    """One table: what each set loses without each weight, the weights that are worth most first."""
    rows = []
    for name in settings(swept=False):
        if name != AS_IT_IS:
            lost = [one.mean(name) - one.mean() for one in sets.values()]
            rows.append((min(lost), [name.removeprefix(_without("")), *(f"{change:+.4f}" for change in lost)]))
    heads = [f"{title} ({one.count()})" for title, one in sets.items()]
    plain = ["all weights", *(f"{one.mean():.4f}" for one in sets.values())]
    return "\n\n".join(
        (
            "## What each weight is worth",
            "Hybrid without it, beside hybrid as it is: NDCG@10 of the three sets; of names the mean reciprocal rank of the "
            "definition itself. In brackets the number of questions.",
            table(["without", *heads], [plain, *(row for _, row in sorted(rows))]),
        )
    )


def _files(searcher: Searcher, question: Question) -> float:
    return ndcg([hit.path for hit in searcher.search(question.text, DEPTH)], question.targets)


def _definition(searcher: Searcher, question: Question) -> float:
    return reciprocal_rank(places(searcher.search(question.text, DEPTH)), question.symbol)


def places(hits: Sequence[SearchHit]) -> list[str]:
    """Qualified names of the hits, each followed by those that are folded under it."""
    return [symbol for hit in hits for symbol in (hit.symbol, *(place.symbol for place in hit.also))]
