"""What questions gain with a constant set to something else: the index is built anew where it has to be, and everything asked.

Gains are those of the product: retrieval and ranking as a search runs them. Postings and vectors are built from the terms that the
index keeps, so no source is parsed again.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from lepasserelle.leindex.table import DocumentTable
from lepasserelle.lexical import Lexical
from lepasserelle.lexical import build as build_words
from lepasserelle.query import Ground
from lepasserelle.query.rank import rank
from lepasserelle.query.weights import Weights
from lepasserelle.storage import Lestockage
from lepasserelle.terms import FileTerms, TermFile
from lepasserelle.vectors import Vectors
from lepasserelle.vectors import build as build_vectors
from retrieval.constants import ALIKE, CONSTANTS, VECTORS, WORDS, Constant
from retrieval.evidence import Parts, candidates
from retrieval.scoring import DEPTH, Question, judged

Gains = dict[str, list[float]]
"""Set → gain of each question."""
Answered = tuple[str, float, str, Gains]
"""(Weight, its value, which value was tried, gains); no weight: everything as it is."""

AS_IT_IS: Final = "as it is"
FLAT: Final = "repeated_file"
"""Of lists of single places: there each further place of a file counts less."""


def plain_of(constant: str) -> str:
    """Under which name stands what it is compared with."""
    return FLAT if constant == FLAT else ""


def ask_anew(parts: Parts, index: Path, sets: Mapping[str, Sequence[Question]]) -> Iterator[Answered]:
    """Everything as it is, every value of the two weights that no evidence tells, and every value of every constant."""
    given = Weights()
    yield "", 0.0, AS_IT_IS, asked(parts, sets, given)
    for share, which in ((0.5, "half"), (2.0, "double")):
        other_pool = msgspec.structs.replace(given, pool=int(given.pool * share))
        yield "pool", given.pool, which, asked(parts, sets, other_pool)
    yield FLAT, given.repeated_file, AS_IT_IS, asked(parts, sets, given, flat=True)
    for value, which in ((1.0, "neutral"), (given.repeated_file / 2, "half")):
        other_share = msgspec.structs.replace(given, repeated_file=value)
        yield FLAT, given.repeated_file, which, asked(parts, sets, other_share, flat=True)
    yield from _constants_anew(parts, index, sets)


def _constants_anew(parts: Parts, index: Path, sets: Mapping[str, Sequence[Question]]) -> Iterator[Answered]:
    terms = _term_files(index)
    for constant in CONSTANTS:
        shipped = constant.value
        for which, value in constant.tried().items():
            with constant.set_to(value), _rebuilt(parts, terms, constant) as other:
                gains = asked(other, sets, Weights())
            yield constant.title, shipped, which, gains


def asked(parts: Parts, sets: Mapping[str, Sequence[Question]], weights: Weights, flat: bool = False) -> Gains:
    """Every question of every set."""
    return {name: [_gain(parts, question, weights, flat) for question in questions] for name, questions in sets.items()}


def _gain(parts: Parts, question: Question, weights: Weights, flat: bool) -> float:
    understood, found = candidates(parts, question, weights, flat)
    table = parts.ground.columns
    ranking = rank(table, parts.ground.standing, parts.words, understood, found, weights, DEPTH, flat=flat)
    nodes = ranking.found.nodes.tolist()
    paths = [table.file_path(int(table.files[nodes[at]])) for at in ranking.order]
    places = [at for first in ranking.order for at in (first, *ranking.further.get(first, ()))]
    return judged(question, paths, [table.qualified_name(nodes[at]) for at in places])


@contextmanager
def _rebuilt(parts: Parts, terms: list[TermFile], constant: Constant) -> Iterator[Parts]:
    """The same parts, but for what the constant is built into."""
    if constant.rebuilds == WORDS:
        yield msgspec.structs.replace(parts, words=Lexical(build_words(lambda: iter(terms))))
    elif constant.rebuilds == VECTORS:
        vectors = Vectors(build_vectors(lambda: iter(terms)))
        yield msgspec.structs.replace(parts, meaning=vectors)
        vectors.close()
    elif constant.rebuilds == ALIKE:
        yield msgspec.structs.replace(parts, ground=Ground(DocumentTable(parts.graph)))
    else:
        yield parts


def _term_files(index: Path) -> list[TermFile]:
    """What postings and vectors are built from, in the order of the nodes."""
    decode = msgspec.msgpack.Decoder(FileTerms).decode
    lestockage = Lestockage.open(index, writable=False)
    found: list[TermFile] = []
    first_node = 0
    for file, blob in lestockage.blobs("terms", lestockage.files()):
        found.append(TermFile(file.path, first_node, file.definition_count, decode(blob)))
        first_node += file.definition_count
    lestockage.close()
    return found
