"""Learns what the letters of a word tell of it, for the words that the table does not have.

Not the words' own directions: those are learned before (`training.train`) and stay as they are. A word that is too rare for the
table is here what the encoder makes of it: the direction of its hash, and the sum of the buckets that its n-grams fall into
(fastText: Bojanowski et al., 2017). Only the buckets learn. They begin where they spell the words that are known best (ridge
regression: Hoerl and Kennard, 1970), so that a misspelt word is near the one that is meant; then rare words teach them by the pairs
that they stand in. Rare words are few, so some of the places of known words are passed off as unknown, too.

Invariant: equal pairs, table and recipe give equal buckets on one machine.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.letters import buckets_of
from lepasserelle.vectors.sparse import Rows, product, transposed
from lepasserelle.vectors.trained import UNKNOWN_LENGTH, hashed_directions
from training.pairs import Bags, Pairs
from training.train import Floats, Recipe, batches, near_first, step

RARE_PAIRS = 2
"""A word in fewer pairs than this teaches its letters nothing. How many packages have it does not matter."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Settings of learning the buckets."""

    buckets: int = 8192
    penalty: float = 1.0
    """Of the ridge regression, for each bucket."""
    passed_off: float = 0.2
    """Share of the places of known words at which they are taken for unknown ones."""
    learning: Recipe = field(default_factory=lambda: Recipe(epochs=1, rate=0.006, seed=31))
    """What it says of epochs, batches, rate and seed."""


@dataclass(frozen=True)
class _Spelling:
    """Columns of a word: those of the table, then the fixed directions of all words, then the buckets."""

    known: NDArray[np.bool_]
    """Which words of the vocabulary the table has."""
    row: NDArray[np.int64]
    """Of each of those in the table."""
    first_fixed: int
    first_bucket: int
    grams: Rows
    """Buckets of each word."""


def learned_buckets(pairs: Pairs, words: Sequence[str], table: Floats, letters: Letters) -> Floats:
    """Buckets for a finished table, shape (buckets, dimensions). `pairs` were gathered with `RARE_PAIRS`, so that they hold words
    which `words` has not; rows of `table` are about 1 long.
    """
    recipe = letters.learning
    generator = np.random.default_rng(recipe.seed + 1)
    spelling = _spelling(pairs.vocabulary, words, letters.buckets)
    fixed = hashed_directions(pairs.vocabulary, table.shape[1]) * np.float32(UNKNOWN_LENGTH)
    fixed = np.concatenate([table, fixed])
    every = np.concatenate([fixed, spelled_best(words, table, letters)])
    squares = np.full(every.shape, 1e-8, dtype=np.float32)
    total = recipe.epochs * max(1, int(np.count_nonzero(~pairs.is_development)) // recipe.batch)
    steps = 0
    for epoch in range(recipe.epochs):
        shown = _shown(pairs, spelling, letters.passed_off, generator)
        losses = []
        for chosen in batches(shown, recipe, generator, near_first(shown, every, generator)):
            rate = recipe.rate * max(0.05, 1 - steps / total)
            losses.append(step(shown, chosen, every, squares, recipe, rate, generator))
            every[: len(fixed)] = fixed
            steps += 1
        sys.stdout.write(f"letters, epoch {epoch + 1}: loss {np.mean(losses):.4f}\n")
    return every[len(fixed) :]


def spelled_best(words: Sequence[str], table: Floats, letters: Letters) -> Floats:
    """The buckets whose sums come nearest to the directions of the words, shape (buckets, dimensions). Solves a matrix of buckets
    by buckets: most of a minute for 8 192 on one core.
    """
    grams = buckets_of(words, letters.buckets)
    by_bucket = transposed(grams, letters.buckets)
    held = np.zeros((len(words), letters.buckets), dtype=np.float32)
    np.add.at(held, (np.repeat(np.arange(len(words)), np.diff(grams.indptr)), grams.columns), grams.values)
    met = held.T @ held
    met[np.arange(letters.buckets), np.arange(letters.buckets)] += np.float32(letters.penalty)
    return np.asarray(np.linalg.solve(met, product(by_bucket, table)), dtype=np.float32)


def as_encoded(vocabulary: Sequence[str], words: Sequence[str], table: Floats, buckets: Floats) -> Floats:
    """The direction of every word of a vocabulary, as the encoder has it: for judging."""
    result = hashed_directions(vocabulary, table.shape[1]) * np.float32(UNKNOWN_LENGTH)
    if len(buckets):
        result += product(buckets_of(vocabulary, len(buckets)), buckets)
    number = {word: at for at, word in enumerate(vocabulary)}
    held = [at for at, word in enumerate(words) if word in number]
    result[[number[words[at]] for at in held]] = table[held]
    return np.asarray(result, dtype=np.float32)


def _spelling(vocabulary: Sequence[str], words: Sequence[str], buckets: int) -> _Spelling:
    number = {word: at for at, word in enumerate(words)}
    row = np.array([number.get(word, -1) for word in vocabulary], dtype=np.int64)
    return _Spelling(row >= 0, row, len(words), len(words) + len(vocabulary), buckets_of(vocabulary, buckets))


def _shown(pairs: Pairs, spelling: _Spelling, passed_off: float, generator: np.random.Generator) -> Pairs:
    """The pairs over the columns of `spelling`."""
    queries, places = _spelled(pairs.queries, spelling, passed_off, generator)
    return replace(
        pairs,
        queries=queries,
        shared=pairs.shared[places],
        code=_spelled(pairs.code, spelling, passed_off, generator)[0],
        rest=_spelled(pairs.rest, spelling, passed_off, generator)[0],
    )


def _spelled(bags: Bags, spelling: _Spelling, passed_off: float, generator: np.random.Generator) -> tuple[Bags, NDArray[np.int64]]:
    """The bags with the fixed direction and the buckets in place of each unknown word; and which entry each was made of."""
    words = bags.words
    unknown = ~spelling.known[words] | (generator.random(len(words)) < passed_off)
    starts = spelling.grams.indptr[words]
    counts = 1 + np.where(unknown, spelling.grams.indptr[words + 1] - starts, 0)
    places = np.repeat(np.arange(len(words)), counts)
    ends = np.concatenate([[0], np.cumsum(counts)])
    within = np.arange(ends[-1]) - ends[places]
    columns = np.where(unknown, spelling.first_fixed + words, spelling.row[words])[places]
    values = bags.weights[places]
    spelled = within > 0
    gram = (starts[places] + within - 1)[spelled]
    columns[spelled] = spelling.first_bucket + spelling.grams.columns[gram]
    values[spelled] *= spelling.grams.values[gram]
    return Bags(ends[bags.indptr], columns.astype(np.int32), values), places
