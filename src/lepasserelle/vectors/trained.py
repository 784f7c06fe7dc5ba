"""The encoder of the package: directions of words that were trained on documentation and the code under it, weighed by the project.

A node or a question is the sum of the directions of its words (StarSpace: Wu et al., 2017), each as long as the word is telling
in general, times how telling it is in this project. A word that the table does not have keeps the fixed random direction of its
hash, so that it still finds itself (random indexing: Sahlgren, 2005), and has the sum of what its letters were trained to mean
(`letters`), so that it is near to words that are written alike. A word here is a family (decision 061). How the table was made is
in `training/`, what it is good for in its model card.

Invariant: the same files give the same bytes: no BLAS, sums in a fixed order.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray

from lepasserelle.memory import pages
from lepasserelle.model import Sections
from lepasserelle.terms import Vocabulary, family, pack_vocabulary
from lepasserelle.vectors.encoder import Bags
from lepasserelle.vectors.held_in_part import MOST_HELD, HeldInPart
from lepasserelle.vectors.letters import buckets_of
from lepasserelle.vectors.rows import encoded, row_frequency, rows_of
from lepasserelle.vectors.sparse import Rows, product
from lepasserelle.vectors.words import PATH, WORDS_VERSION, Words, shipped

NAME = "trained-words"
LOCAL_WEIGHT = 0.5
"""Power of how telling a word is in the project (decision 065)."""
_STEPS = 64
"""Counts of nodes are rounded to so many steps below the next power of two: exact up to 64, by a sixty-fourth at most above."""
UNKNOWN_LENGTH = 1.0
"""Length of the direction that is a word's own where the table does not have it, beside that of its letters; words that it has are
about 1 long (decision 288)."""
LEAST_COSINE = 0.2
"""What is less near is near by chance: so far go the cosines of texts that have nothing in common (decision 065)."""
_LEAST_TELLING = 0.05
_BLOCK_WORDS = 1 << 6
"""Words whose directions and buckets are held at a time beside the result: about 1 MB."""

Floats = NDArray[np.float32]


class TrainedWords:
    """The encoder over the table of the package and what one project's sections add to it."""

    name = NAME
    version = str(WORDS_VERSION)

    def __init__(self, sections: Sections, words: Words | None = None) -> None:
        self._words = shipped() if words is None else words
        self._vocabulary = Vocabulary.of(sections)
        self._weights = np.asarray(sections["word_weights"], dtype=np.float32)

    @property
    def dimensions(self) -> int:
        """Components of a vector."""
        return self._words.dimensions

    def encode(self, bags: Bags) -> NDArray[np.int8]:
        """One i8 row a bag, of length 127; zeros where no word is known to the table or to the project. Beside one that is, a word
        that neither knows has the direction of its letters: a slip of the pen, or another form.
        """
        roots = sorted(set(families := [family(word) for word in bags.vocabulary]))
        known = np.array([_or_absent(self._words.find(root)) for root in roots], dtype=np.int32)
        here = np.array([_or_absent(self._vocabulary.find(root)) for root in roots], dtype=np.int32)
        has_direction = (known >= 0) | (here >= 0)
        table = self._words.directions(known) if (known >= 0).all() else _directions(roots, known, self._words, here >= 0)
        table *= self._weights[here, None]
        column_of = {root: column for column, root in enumerate(roots)}
        columns = [column_of[root] for root in families]
        if len(bags) == 1:
            row = _only_row(bags, columns)
            return encoded(table, row) if has_direction[row.columns].any() else np.zeros((1, self.dimensions), dtype=np.int8)
        rows = rows_of(bags, np.array(columns, dtype=np.int32))
        found = encoded(table, rows)
        found[~_holding(rows, has_direction)] = 0
        return found

    @property
    def file(self) -> Path:
        """The table."""
        return PATH

    def resident_bytes(self) -> int:
        """Pages of the table that this process holds."""
        return self._words.resident_bytes()

    def give_back(self) -> None:
        """Let go of them."""
        self._words.give_back()


def _only_row(bags: Bags, columns: Sequence[int]) -> Rows:
    """As `rows_of`, of the one bag of a question: sorting so few by themselves costs a quarter of what arrays do."""
    wanted = [columns[term] for term in bags.terms.tolist()]
    order = sorted(range(len(wanted)), key=list(zip(wanted, bags.weights.tolist(), strict=True)).__getitem__)
    return Rows(bags.indptr, np.array([wanted[at] for at in order], dtype=np.int32), bags.weights[order])


def _or_absent(number: int | None) -> int:
    """The number, or −1; which as an index of the weights is that of a word that the project does not have."""
    return -1 if number is None else number


def fit(bags: list[Bags], words: Words | None = None) -> tuple[Sections, NDArray[np.int8]]:
    """What a project adds to the table: `vocabulary`, `vocabulary_offsets` (its words) and `word_weights` f32 (of each, then of
    one that it does not have); and what the encoder over it makes of the bags, one list after the other. How telling a word is
    follows from the first ones alone. All are over one vocabulary. Empties the list: pass no other reference to what is in it.
    `rewriting` makes the same of the former ones.
    """
    words = shipped() if words is None else words
    terms = bags[0].vocabulary
    roots, blob, offsets = pack_vocabulary({family(word) for word in terms})
    number_of = {root: number for number, root in enumerate(roots)}
    columns = np.array([number_of[family(word)] for word in terms], dtype=np.int32)
    parts = []
    while bags:
        parts.append(rows_of(bags.pop(0), columns))
    frequency = row_frequency(parts[0], len(roots))
    weights = local_weights(np.append(frequency, 0), len(parts[0].indptr) - 1)
    del terms  # with its strings
    pages.trim_heap()  # what counting words left lies beside the directions else, and what those left beside the result
    sections: Sections = {"vocabulary": blob, "vocabulary_offsets": offsets, "word_weights": weights}
    if len(roots) <= MOST_HELD:
        return sections, encoded(directions_of(roots, weights[:-1], words), *parts)
    vectors = encoded(HeldInPart(_maker(roots, weights, words), frequency, words.dimensions), *parts)
    words.give_back()
    return sections, vectors


def directions_of(roots: Sequence[str], weights: Floats, words: Words) -> Floats:
    """The direction of each word, as long as it counts. Shape (words, dimensions). Lets go of the pages of the table."""
    table = _directions(roots, words.find_all(roots), words)
    words.give_back()
    pages.trim_heap()
    table *= weights[:, None]
    return table


def _maker(roots: Sequence[str], weights: Floats, words: Words) -> Callable[[NDArray[np.intp]], Floats]:
    """Makes the directions of the words with these numbers, as `directions_of` all of them."""
    numbers = words.find_all(roots)

    def make(chosen: NDArray[np.intp]) -> Floats:
        table = _directions([roots[at] for at in chosen.tolist()], numbers[chosen], words)
        table *= weights[chosen, None]
        return table

    return make


def local_weights(frequency: NDArray[np.int64], nodes: int) -> Floats:
    """How much words count that stand in so many of the nodes; only their ratios matter.

    Of rounded numbers, so that an edit changes few of them, and with them few vectors (decision 379).
    """
    telling = np.log(rounded(np.array([max(nodes, 1)])) / (rounded(frequency) + 0.5))
    return np.asarray(np.maximum(telling, _LEAST_TELLING) ** LOCAL_WEIGHT, dtype=np.float32)


def rounded(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each count, to `_STEPS`."""
    mantissa, exponent = np.frexp(counts.astype(np.float64))
    return np.asarray(np.ldexp(np.rint(mantissa * _STEPS) / _STEPS, exponent), dtype=np.float64)


def _holding(rows: Rows, wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows have an entry in a column that is wanted."""
    count = len(rows.indptr) - 1
    owners = np.repeat(np.arange(count), np.diff(rows.indptr))
    return np.bincount(owners[wanted[rows.columns]], minlength=count) > 0


def _directions(roots: Sequence[str], numbers: NDArray[np.int32], words: Words, own: NDArray[np.bool_] | None = None) -> Floats:
    """The direction of each word, by the table where it has a number; where that is −1, by its hash and its letters. `own`: which
    of the latter have a direction of their hash, if not all.
    """
    result = np.empty((len(roots), words.dimensions), dtype=np.float32)
    known, unknown = np.flatnonzero(numbers >= 0), np.flatnonzero(numbers < 0)
    for chosen in _blocks(known):
        result[chosen] = words.directions(numbers[chosen])
    for chosen in _blocks(unknown):
        found = hashed_directions(spelled := [roots[at] for at in chosen.tolist()], words.dimensions)
        found *= np.float32(UNKNOWN_LENGTH)
        if own is not None:
            found *= own[chosen, None]
        result[chosen] = _plus_letters(found, spelled, words)
    return result


def _blocks(chosen: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """A word has some fifteen buckets: all words' at once would be many times the result."""
    return (chosen[at : at + _BLOCK_WORDS] for at in range(0, len(chosen), _BLOCK_WORDS))


def _plus_letters(directions: Floats, words: Sequence[str], table: Words) -> Floats:
    """To each row the sum of the buckets of its word."""
    if table.buckets:
        grams = buckets_of(words, table.buckets)
        used, columns = np.unique(grams.columns, return_inverse=True)
        directions += product(Rows(grams.indptr, columns, grams.values), table.of_buckets(used))
    return directions


def hashed_directions(words: Sequence[str], dimensions: int) -> Floats:
    """The fixed random direction of each word, components ±1/√dimensions, from the bits of its hash."""
    blocks = -(-dimensions // 128)
    digests = b"".join(
        xxhash.xxh3_128_digest(word.encode("utf-8", "replace"), seed=seed) for word in words for seed in range(blocks)
    )
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8).reshape(len(words), blocks * 16), axis=1)[:, :dimensions]
    return np.asarray((bits.astype(np.float32) * 2 - 1) / np.float32(np.sqrt(dimensions)), dtype=np.float32)
