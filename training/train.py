"""Learns a direction for every word, so that what documentation says points where its code points.

A question and a definition are weighted sums of the directions of their words (StarSpace: Wu et al., 2017; SIF: Arora et al.,
2017); the right definition is to be nearer than the others of its batch (InfoNCE: van den Oord et al., 2018), which are of few
packages, since it is within one project that it has to be told apart. Words that question and code share are withheld at random,
so that others have to do their work. Adagrad (Duchi et al., 2011) with sparse updates; numpy alone.

Invariant: equal pairs, settings and seed give equal tables on one machine.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.sparse import Rows, product, transposed
from lepasserelle.vectors.trained import UNKNOWN_LENGTH, hashed_directions
from training.pairs import Bags, Pairs

Floats = NDArray[np.float32]

_PLANES = 4
"""Planes that part a package's definitions into cells of near ones: 16 of them, of 128 or fewer definitions up to 2 048."""


_MOST_TIMES = 4.0
"""A pair stands in an epoch."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of a training run."""

    dimensions: int = 256
    epochs: int = 6
    batch: int = 1024
    packages_a_batch: int = 8
    temperature: float = 0.07
    rate: float = 0.06
    withheld: float = 0.6
    """Share of the shared words that half of the questions go without."""
    dropped: float = 0.15
    """Share of the words of code that a step goes without."""
    with_rest: float = 0.5
    """Share of the definitions that show the rest of their documentation."""
    mined: bool = True
    """Whether wrong answers are looked for that are near by the present table, from the second epoch on."""
    balance: float = 0.7
    """Power of a language's number of pairs that its share of an epoch goes with: 1, as they come; 0, every language as much."""
    runs: int = 3
    """Tables that are learned, each from its own beginning, and put together (`training.together`)."""
    share: float = 1.0
    """How much of the way from the start to what was learned is gone in the end."""
    seed: int = 20260101


CONTINUED = Recipe(epochs=4, rate=0.003, share=0.5, runs=1)
"""For learning that goes on from a table: steps that add to what it knows and do not undo it (decision 235)."""


def initial(pairs: Pairs, recipe: Recipe) -> Floats:
    """Random directions as long as a word is telling: what a random projection of the bags would be."""
    generator = np.random.default_rng(recipe.seed)
    table = generator.standard_normal((len(pairs.vocabulary), recipe.dimensions)).astype(np.float32)
    table /= np.sqrt(np.sum(table * table, axis=1, keepdims=True))
    telling = np.log(len(pairs) / (pairs.frequency + 0.5)).astype(np.float32)
    return np.asarray(table * (np.maximum(telling, 0.3) / telling.mean())[:, None], dtype=np.float32)


def grown(pairs: Pairs, words: Sequence[str], table: Floats) -> Floats:
    """Where learning goes on from: the directions of an earlier table where it has the word, elsewhere what the encoder gives to
    a word that the table does not have. `pairs` has to hold all words of the table (`gather`'s `kept_words`).
    """
    result = hashed_directions(pairs.vocabulary, table.shape[1]) * np.float32(UNKNOWN_LENGTH)
    number = {word: at for at, word in enumerate(pairs.vocabulary)}
    result[[number[word] for word in words]] = table
    return np.asarray(result, dtype=np.float32)


def between(start: Floats, learned: Floats, share: float) -> Floats:
    """The way from `start` to `learned`, `share` of it gone (averaged weights: Wortsman et al., 2022): keeps more of what the start
    knew of things that the pairs of this run do not speak of.
    """
    return np.asarray(start + np.float32(share) * (learned - start), dtype=np.float32)


def train(pairs: Pairs, recipe: Recipe, told: bool = True, start: Floats | None = None) -> Floats:
    """The table, shape (words, dimensions). `start`: where from, if not from random directions; it is left as it is."""
    table = initial(pairs, recipe) if start is None else start.copy()
    squares = np.full(table.shape, 1e-8, dtype=np.float32)
    generator = np.random.default_rng(recipe.seed + 1)
    began = time.process_time()
    steps = 0
    total = recipe.epochs * max(1, int(np.count_nonzero(~pairs.is_development)) // recipe.batch)
    for epoch in range(recipe.epochs):
        losses = []
        near = near_first(pairs, table, generator) if recipe.mined and epoch else None
        for chosen in batches(pairs, recipe, generator, near):
            rate = recipe.rate * max(0.05, 1 - steps / total)
            losses.append(step(pairs, chosen, table, squares, recipe, rate, generator))
            steps += 1
        if told:
            sys.stdout.write(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.process_time() - began:.0f} s\n")
            sys.stdout.flush()
    return table


def batches(
    pairs: Pairs, recipe: Recipe, generator: np.random.Generator, order: NDArray[np.int64] | None = None
) -> list[NDArray[np.int64]]:
    """Pair numbers in batches of a few packages each; every pair for learning as often as the balance of languages wants it.
    `order`: which pairs of a package stand beside each other, if not any.
    """
    if order is None:
        order = np.flatnonzero(~pairs.is_development)
        order = order[generator.permutation(len(order))]
    size = max(1, recipe.batch // recipe.packages_a_batch)
    times = _times(pairs, recipe.balance, generator)[order]
    chunks = []
    for turn in range(int(times.max(initial=1))):
        taken_now = order[times > turn]
        taken_now = taken_now[np.argsort(pairs.packages[taken_now], kind="stable")]
        chunks += [taken_now[at : at + size] for at in range(0, len(taken_now), size)]
    shuffled = [chunks[at] for at in generator.permutation(len(chunks))]
    per_batch = recipe.packages_a_batch
    return [np.concatenate(shuffled[at : at + per_batch]) for at in range(0, len(shuffled) - per_batch + 1, per_batch)] or [order]


def _times(pairs: Pairs, balance: float, generator: np.random.Generator) -> NDArray[np.int64]:
    """How often each pair stands in an epoch, so that languages share it as `balance` says; about as many pairs as there are."""
    if balance == 1:
        return np.ones(len(pairs), dtype=np.int64)
    names, number = np.unique(np.array(pairs.languages), return_inverse=True)
    held = np.bincount(number[~pairs.is_development], minlength=len(names)).astype(np.float64)
    wanted = held**balance
    each = np.minimum(wanted / wanted.sum() * held.sum() / np.maximum(held, 1), _MOST_TIMES)[number]
    whole = np.floor(each)
    return np.asarray(whole + (generator.random(len(each)) < each - whole), dtype=np.int64)


def near_first(pairs: Pairs, table: Floats, generator: np.random.Generator) -> NDArray[np.int64]:
    """The pairs for learning in an order that puts definitions beside each other that are near by the present table: in one batch
    they are the wrong answers that are hardest to tell from the right one. Near are those on one side of all random planes.
    """
    order = np.flatnonzero(~pairs.is_development)
    planes = generator.standard_normal((table.shape[1], _PLANES)).astype(np.float32)
    code, _ = taken(pairs.code, order)
    sides = product(code, table @ planes)
    medians = np.median(sides, axis=0)
    cells = (sides > medians) @ (1 << np.arange(_PLANES))
    return order[np.argsort(cells + generator.random(len(order)) / 2, kind="stable")]


def step(
    pairs: Pairs,
    chosen: NDArray[np.int64],
    table: Floats,
    squares: Floats,
    recipe: Recipe,
    rate: float,
    generator: np.random.Generator,
) -> float:
    """One update of the table in place; the loss before it."""
    queries, code = _thinned(pairs, chosen, recipe, generator)
    both = np.concatenate([queries.columns, code.columns])
    words, numbers = np.unique(both, return_inverse=True)
    queries = Rows(queries.indptr, numbers[: len(queries.columns)], queries.values)
    code = Rows(code.indptr, numbers[len(queries.columns) :], code.values)
    local = table[words]
    asked, asked_length = _unit(product(queries, local))
    given, given_length = _unit(product(code, local))
    gradient, loss = _contrast(asked @ given.T / np.float32(recipe.temperature), recipe.temperature)
    to_asked = _through_unit(gradient @ given, asked, asked_length)
    to_given = _through_unit(gradient.T @ asked, given, given_length)
    change = product(transposed(queries, len(words)), to_asked) + product(transposed(code, len(words)), to_given)
    held = squares[words] + change * change
    squares[words] = held
    table[words] = local - np.float32(rate) * change / np.sqrt(held)
    return loss


def _thinned(pairs: Pairs, chosen: NDArray[np.int64], recipe: Recipe, generator: np.random.Generator) -> tuple[Rows, Rows]:
    """The batch with words withheld."""
    queries, places = taken(pairs.queries, chosen)
    hard = np.repeat(generator.random(len(chosen)) < 0.5, np.diff(queries.indptr))
    kept = ~(pairs.shared[places] & hard & (generator.random(len(places)) < recipe.withheld))
    code, code_places = taken(pairs.code, chosen)
    code = only(code, generator.random(len(code_places)) >= recipe.dropped)
    rest, _ = taken(pairs.rest, chosen)
    shown = np.repeat(generator.random(len(chosen)) < recipe.with_rest, np.diff(rest.indptr))
    return only(queries, kept), joined(code, only(rest, shown), 2.0)


def taken(bags: Bags, chosen: NDArray[np.int64]) -> tuple[Rows, NDArray[np.int64]]:
    """The bags of these pairs, and the places of their entries in all bags."""
    starts, ends = bags.indptr[chosen], bags.indptr[chosen + 1]
    sizes = ends - starts
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    places = np.repeat(starts - indptr[:-1], sizes) + np.arange(indptr[-1])
    return Rows(indptr, bags.words[places], bags.weights[places]), places


def only(rows: Rows, kept: NDArray[np.bool_]) -> Rows:
    """The entries that are kept."""
    indptr = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    return Rows(indptr, rows.columns[kept], rows.values[kept])


def joined(left: Rows, right: Rows, weight: float) -> Rows:
    """Row by row the entries of both, those of the right one so many times."""
    sizes_left, sizes_right = np.diff(left.indptr), np.diff(right.indptr)
    indptr = np.concatenate([[0], np.cumsum(sizes_left + sizes_right)])
    columns = np.empty(int(indptr[-1]), dtype=np.int64)
    values = np.empty(int(indptr[-1]), dtype=np.float32)
    at = np.repeat(indptr[:-1] - left.indptr[:-1], sizes_left) + np.arange(len(left.columns))
    columns[at], values[at] = left.columns, left.values
    at = np.repeat(indptr[:-1] + sizes_left - right.indptr[:-1], sizes_right) + np.arange(len(right.columns))
    columns[at], values[at] = right.columns, right.values * np.float32(weight)
    return Rows(indptr, columns, values)


def _unit(vectors: Floats) -> tuple[Floats, Floats]:
    length = np.sqrt(np.sum(vectors * vectors, axis=1, keepdims=True))
    length = np.maximum(length, np.float32(1e-6))
    return vectors / length, length


def _through_unit(gradient: Floats, unit: Floats, length: Floats) -> Floats:
    """The gradient before the vectors were brought to length 1."""
    along = np.sum(gradient * unit, axis=1, keepdims=True)
    return np.asarray((gradient - along * unit) / length, dtype=np.float32)


def _contrast(logits: Floats, temperature: float) -> tuple[Floats, float]:
    """Gradient by the cosines, and the loss: cross entropy of rows and of columns, the diagonal being right."""
    count = len(logits)
    rows = np.exp(logits - logits.max(axis=1, keepdims=True))
    rows /= rows.sum(axis=1, keepdims=True)
    columns = np.exp(logits - logits.max(axis=0, keepdims=True))
    columns /= columns.sum(axis=0, keepdims=True)
    at = np.arange(count)
    loss = -float(np.mean(np.log(np.maximum(rows[at, at], 1e-12))) + np.mean(np.log(np.maximum(columns[at, at], 1e-12)))) / 2
    gradient = rows + columns
    gradient[at, at] -= 2
    gradient *= np.float32(0.5 / temperature / count)
    return gradient, loss
