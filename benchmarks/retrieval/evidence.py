"""What the ranking knows of each candidate of a question, without the weights: so that another setting costs a fraction of a
millisecond instead of a search.

Read off the product: `rank` is asked with one weight at a time, everything else neutral, and what it then says is the signal. Only
what depends on which other candidates are in the short list (forms of files, versions) is asked for again with each list.
Invariant: `replay` over this gives the list that a search gives (`nested` checks it on every question).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph import Graph
from lepasserelle.leindex.table import DocumentTable
from lepasserelle.lexical import Lexical
from lepasserelle.query import Ground
from lepasserelle.query.builds import asked_forms
from lepasserelle.query.describing import extents, gives_no_name, likeness
from lepasserelle.query.naming import name_roots
from lepasserelle.query.rank import rank, telling_shares
from lepasserelle.query.respelling import respelled
from lepasserelle.query.retrieve import Candidates, retrieve
from lepasserelle.query.understand import Question as Understood
from lepasserelle.query.understand import understand
from lepasserelle.query.versions import superseded
from lepasserelle.query.weights import Weights
from lepasserelle.query.whereabouts import Whereabouts, named_places
from lepasserelle.storage import Index, TextStore
from lepasserelle.terms import WHOLE, family, pieces
from lepasserelle.vectors import Vectors
from retrieval.scoring import DEPTH, Question

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEINDEX: Final = Path(sys.prefix) / "bin" / "leindex"

FACTORS: Final = frozenset(
    {"test", "secondary", "prose", "older", "variant", "error_type", "private", "wanted_kind", "symbol_meaning"}
)
"""Weights that multiply: they say nothing at 1, the others at 0."""
SIZES: Final = frozenset({"pool", "short_list", "repeated_file", "further_share"})
"""Of lists; they do not say what a node is worth."""
SAID: Final = {
    "words": "words",
    "meaning": "meaning",
    "file_words": "file",
    "file_meaning": "file meaning",
    "name": "name",
    "path": "path",
}
"""Evidence in the order in which it is added: weight → its signal in a ranking. The first four choose the short list."""
LOWERING: Final = ("test", "secondary", "prose", "older", "error_type", "private")
"""In the order in which they multiply."""


def neutral(name: str) -> float:
    """Where a weight says nothing."""
    return 1.0 if name in FACTORS else 0.0


SILENT: Final = Weights(
    **{name: neutral(name) for name in Weights.__struct_fields__ if name not in SIZES},  # type: ignore[arg-type]
    repeated_file=1.0,
    short_list=1 << 30,
)
"""Says nothing of anything, and reads everything."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one question: one entry a candidate, ascending by node."""

    question: Question
    nodes: NDArray[np.uint32]
    files: NDArray[np.int64]
    modules: NDArray[np.int64]
    """The file that leads the forms of each one's module: its own where there are no others."""
    paths: dict[int, str]
    symbols: list[str]
    kinds: NDArray[np.uint8]
    is_symbol: bool
    is_sentence: bool
    said: dict[str, Floats]
    """By weight, as `SAID`."""
    named: dict[str, Floats]
    """`exact_name`, `bare_name`, `folded_name`, `quoted_name`, `spelled_name`."""
    placed: Floats
    lift: Floats
    lowered: dict[str, Mask]
    """By weight, as `LOWERING`, but for `older`."""
    wanted: Mask
    calls: Floats
    file_calls: Floats
    called: list[list[tuple[int, bool]]]
    """Candidates of other files that each calls, and whether the two have one name."""
    bases: dict[int, frozenset[int]]
    """File → the candidates' files that it is a form of."""
    likeness: Floats
    """How far the question is the name of each."""
    describes: bool
    """Whether the question gives no name: then length tells."""
    extents: Floats
    """How long each is, logarithmically; 0 where the question gives a name."""
    asked: frozenset[str]
    """Words of the question, for versions."""
    has_versions: bool


class Parts(msgspec.Struct, frozen=True):
    """What a searcher is made of, of one index."""

    graph: Graph
    ground: Ground
    words: Lexical
    meaning: Vectors
    text: TextStore

    def of_searcher(self) -> tuple[Ground, Lexical, Vectors, TextStore]:
        """In the order in which `Searcher` takes them."""
        return self.ground, self.words, self.meaning, self.text


def index_into(folder: Path, index: Path) -> None:
    """Index a folder, as a user does. Raises `CalledProcessError`."""
    environment = {**os.environ, "LEINDEX_INDEX_DIR": str(index)}
    subprocess.run([str(LEINDEX), "index", str(folder)], env=environment, check=True, capture_output=True)


@contextmanager
def opened(index: Path) -> Iterator[Parts]:
    """The parts of a published index."""
    with Index.open(index).pin() as snapshot:
        segments = {kind: snapshot.segment(kind) for kind in ("graph", "lexical", "vectors", "text")}
        graph, vectors = Graph(segments["graph"].sections), Vectors(segments["vectors"].sections)
        try:
            yield Parts(
                graph,
                Ground(DocumentTable(graph)),
                Lexical(segments["lexical"].sections),
                vectors,
                TextStore(segments["text"].sections),
            )
        finally:
            vectors.close()
            graph.close()
            for segment in segments.values():
                segment.close()


def gather(parts: Parts, question: Question, window: float) -> Evidence:
    """What is known of the candidates of a question, windows counting so much of themselves."""
    understood, found = candidates(parts, question, msgspec.structs.replace(Weights(), window=window))
    table = parts.ground.columns
    nodes = found.nodes.tolist()
    files = table.files[found.nodes].astype(np.int64)
    probe = _Probe(parts, understood, found)
    once = probe.parts(**dict.fromkeys(SAID, 1.0), spelled_name=1.0, exact_name=1.0, named_file=1.0)
    nothing = np.zeros(len(nodes))
    roots, telling = [name_roots(table.name(node)) for node in nodes], telling_shares(parts.words, understood)
    named = {name: probe.parts(**{name: 1.0})["exact"] for name in ("exact_name", "bare_name", "folded_name", "quoted_name")}
    paths = {file: table.file_path(file) for file in set(files.tolist())}
    return Evidence(
        question=question,
        nodes=found.nodes,
        files=files,
        modules=parts.ground.builds.module_of(files, found.lift > 0),
        paths=paths,
        symbols=[table.qualified_name(node) for node in nodes],
        kinds=table.kinds[found.nodes],
        is_symbol=understood.shape.name == "SYMBOL",
        is_sentence=understood.shape.name == "SENTENCE",
        said={name: once[signal] for name, signal in SAID.items()},
        named={**named, "spelled_name": once["spelled"]},
        placed=once.get("placed", nothing),
        lift=once.get("lifted", nothing),
        lowered={name: probe.multiplied(name, 0.5) for name in LOWERING if name != "older"},
        wanted=probe.multiplied("wanted_kind", 2.0),
        calls=parts.ground.standing.nodes(found.nodes),
        file_calls=parts.ground.standing.files(table.files[found.nodes]),
        called=_called(parts, nodes, files),
        bases=_bases(parts, files, understood.text),
        likeness=np.maximum(likeness(table, understood, found.nodes, roots, telling), once["spelled"]),
        describes=gives_no_name(understood, found),
        extents=extents(table, found.nodes) if gives_no_name(understood, found) else nothing,
        asked=frozenset(understood.text.lower().replace("/", " ").split()),
        has_versions=bool(superseded(paths)),
    )


def candidates(parts: Parts, question: Question, weights: Weights, flat: bool = False) -> tuple[Understood, Candidates]:
    """As a search finds them: how it reads the question, and what it will rank."""
    understood = understand(question.text)
    table, pool = parts.ground.columns, max(weights.pool, 2 * DEPTH)
    places = named_places(table, parts.ground.paths, understood.text)
    mask = parts.ground.open_mask if flat else _leading(parts.ground, understood.text, places)
    found = retrieve(table, parts.words, parts.meaning, understood, mask, "hybrid", pool, weights.window, places)
    if not found.nodes.size and (other := respelled(parts.words, understood)) is not None:
        understood = other[0]
        found = retrieve(table, parts.words, parts.meaning, understood, mask, "hybrid", pool, weights.window)
    return understood, found


def _leading(ground: Ground, text: str, places: Whereabouts) -> NDArray[np.bool_]:
    """Without what a better form of its module says as well."""
    if places.files or asked_forms(text):
        return ground.builds.leading(ground.open_mask, text, places.files)
    return ground.leading_mask


class _Probe:
    """Asks `rank` with single weights."""

    def __init__(self, parts: Parts, question: Understood, found: Candidates) -> None:
        self._parts, self._question, self._found = parts, question, found
        self._plain = self._scores()

    def parts(self, **weights: float) -> dict[str, Floats]:
        """What each signal adds."""
        ground = self._parts.ground
        given = msgspec.structs.replace(SILENT, **weights)
        return rank(ground.columns, ground.standing, self._parts.words, self._question, self._found, given, DEPTH).parts

    def multiplied(self, name: str, factor: float) -> Mask:
        """The candidates whose evidence a weight multiplies; of those without evidence nobody can tell, nor need."""
        changed = self._scores(**{name: factor}) / np.where(self._plain > 0, self._plain, 1.0)
        return np.asarray(np.abs(changed - factor) < np.abs(changed - 1.0)) & (self._plain > 0)

    def _scores(self, **weights: float) -> Floats:
        ground = self._parts.ground
        given = msgspec.structs.replace(SILENT, **dict.fromkeys(SAID, 1.0), **weights)
        return rank(ground.columns, ground.standing, self._parts.words, self._question, self._found, given, DEPTH).scores


def _called(parts: Parts, nodes: list[int], files: NDArray[np.int64]) -> list[list[tuple[int, bool]]]:
    table = parts.ground.columns
    roots = [frozenset(family(term) for term in pieces(table.name(node)) if not term.startswith(WHOLE)) for node in nodes]
    called: list[list[tuple[int, bool]]] = [[] for _ in nodes]
    numbers = np.array(nodes, dtype=np.uint32)
    for at, other in table.calls_among(numbers, numbers):
        if files[other] != files[at]:
            called[at].append((other, bool(roots[at]) and roots[at] == roots[other]))
    return called


def _bases(parts: Parts, files: NDArray[np.int64], text: str) -> dict[int, frozenset[int]]:
    """By asking for two files at a time."""
    variants = parts.ground.standing.variants
    present = sorted(set(files.tolist()))
    return {
        file: frozenset(other for other in present if file in variants.among(np.array([file, other]), text))
        for file in variants.among(np.array(present, dtype=np.int64), text)
    }
