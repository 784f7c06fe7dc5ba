"""Shards as arrays: all pairs over one vocabulary, package by package.

Invariant: the same shards give the same arrays; a package is wholly learned from or wholly for development, but for languages of
which few packages are to be had: of those the end of every large package is kept apart.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import xxhash
from numpy.typing import NDArray

from lepasserelle.terms import FIELD_COUNT, Field
from lepasserelle.vectors.documents import FIELD_WEIGHTS
from training.extract import Pair, Shard
from training.judged import key, without_copies

MIN_PAIRS = 6
"""A word in fewer pairs teaches nothing."""
MIN_PACKAGES = 2
"""A word of one package only is that package's name for something."""
MAX_VOCABULARY = 40_000
_DEVELOPMENT_SHARE = 0.04
_FEW_PACKAGES = ("c_sharp", "scala", "elixir", "kotlin", "swift", "lua", "cpp", "c")
"""Languages of which hardly a whole package is kept apart by its name."""
_KEPT_APART_SHARE = 0.2
"""Of a package's definitions in one of those languages, the last ones: other files, since pairs come file by file."""
_LEAST_TO_PART = 100
"""Definitions in the language that a package must have for that."""

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Bags:
    """Bags of word numbers: bag i is `indptr[i]:indptr[i + 1]`."""

    indptr: NDArray[np.int64]
    words: Ints
    weights: Floats


@dataclass(frozen=True)
class Pairs:
    """Questions and what answers them, in parallel."""

    vocabulary: tuple[str, ...]
    """Ascending."""
    frequency: NDArray[np.int64]
    """Pairs that hold each word."""
    queries: Bags
    shared: NDArray[np.bool_]
    """Which words of the queries stand in the code, too."""
    rest: Bags
    code: Bags
    packages: Ints
    package_names: tuple[str, ...]
    languages: tuple[str, ...]
    """Of each pair."""
    is_development: NDArray[np.bool_]
    """By pair."""

    def __len__(self) -> int:
        return len(self.packages)


def read_shards(folder: Path) -> Iterator[Shard]:
    """Every shard of a folder, by name."""
    decoder = msgspec.msgpack.Decoder(Shard)
    for path in sorted(folder.glob("*.msgpack")):
        yield decoder.decode(path.read_bytes())


def gather(
    shards: Iterable[Shard],
    kept_words: Sequence[str] = (),
    least: tuple[int, int] = (MIN_PAIRS, MIN_PACKAGES),
    said: Collection[int] = frozenset(),
) -> Pairs:
    """All pairs; what several packages say word for word (copies, forks, versions) is kept once. `kept_words` are in the vocabulary
    however rare they are here; `least`: in how many pairs and packages the others have to be; `said`: what judged packages say
    (`judged.said_by`), which is left out.
    """
    kept = _distinct(shards, said)
    vocabulary, frequency = _vocabulary(kept, kept_words, least)
    number = {word: i for i, word in enumerate(vocabulary)}
    queries, rest, code = _Builder(), _Builder(), _Builder()
    shared: list[bool] = []
    packages: list[int] = []
    languages: list[str] = []
    names = [shard_name for shard_name, _ in kept]
    for package, (_, pairs) in enumerate(kept):
        for pair in pairs:
            held = {term for term, _, _ in pair.code}
            asked = [word for word in pair.query if word in number]
            answered = _weighted(pair, number)
            if len(asked) < 2 or not answered:
                continue
            queries.add((number[word], 1.0) for word in asked)
            shared.extend(word in held for word in asked)
            rest.add((number[word], 1.0) for word in pair.rest if word in number)
            code.add(answered.items())
            packages.append(package)
            languages.append(pair.language)
    is_development = np.array([_is_development(name) for name in names], dtype=np.bool_)
    packages_of = np.array(packages, dtype=np.int32)
    return Pairs(
        vocabulary,
        frequency,
        queries.bags(),
        np.array(shared, dtype=np.bool_),
        rest.bags(),
        code.bags(),
        packages_of,
        tuple(names),
        tuple(languages),
        is_development[packages_of] | kept_apart(packages_of, languages),
    )


def _distinct(shards: Iterable[Shard], said: Collection[int]) -> list[tuple[str, list[Pair]]]:
    seen: set[int] = set()
    kept = []
    for shard in shards:
        fresh = []
        for pair in without_copies(shard.pairs, said):
            if (known_by := key(pair)) not in seen:
                seen.add(known_by)
                fresh.append(pair)
        if fresh:
            kept.append((f"{shard.registry}:{shard.package}", fresh))
    return kept


def _vocabulary(
    kept: list[tuple[str, list[Pair]]], kept_words: Sequence[str], least: tuple[int, int]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    counts: Counter[str] = Counter()
    packages: Counter[str] = Counter()
    for _, pairs in kept:
        own: Counter[str] = Counter()
        for pair in pairs:
            own.update({*pair.query, *pair.rest, *(term for term, _, _ in pair.code)})
        counts.update(own)
        packages.update(own.keys())
    known = [word for word in counts if counts[word] >= least[0] and packages[word] >= least[1] and not word.isdigit()]
    words = sorted({*sorted(known, key=lambda word: (-counts[word], word))[:MAX_VOCABULARY], *kept_words})
    return tuple(words), np.array([counts[word] for word in words], dtype=np.int64)


def _weighted(pair: Pair, number: dict[str, int]) -> dict[int, float]:
    """Word → weight of a definition, as `vectors.documents` weighs it."""
    weights: dict[int, float] = {}
    for term, field, count in pair.code:
        if term in number:
            weight = FIELD_WEIGHTS[Field(field)] * (1.0 + float(np.log(count)))
            weights[number[term]] = weights.get(number[term], 0.0) + weight
    return weights


def _is_development(name: str) -> bool:
    return xxhash.xxh3_64_intdigest(name.encode()) / 2**64 < _DEVELOPMENT_SHARE


def kept_apart(packages: Ints, languages: Sequence[str]) -> NDArray[np.bool_]:
    """The last fifth of what a package has in a language of `_FEW_PACKAGES`."""
    spoken = np.array(languages)
    result = np.zeros(len(packages), dtype=np.bool_)
    for language in _FEW_PACKAGES:
        for package in np.unique(packages[spoken == language]):
            held = np.flatnonzero((packages == package) & (spoken == language))
            if len(held) >= _LEAST_TO_PART:
                result[held[round(len(held) * (1 - _KEPT_APART_SHARE)) :]] = True
    return result


class _Builder:
    def __init__(self) -> None:
        self._words: list[int] = []
        self._weights: list[float] = []
        self._ends = [0]

    def add(self, entries: Iterable[tuple[int, float]]) -> None:
        for word, weight in entries:
            self._words.append(word)
            self._weights.append(weight)
        self._ends.append(len(self._words))

    def bags(self) -> Bags:
        return Bags(
            np.array(self._ends, dtype=np.int64), np.array(self._words, dtype=np.int32), np.array(self._weights, dtype=np.float32)
        )


assert len(FIELD_WEIGHTS) == FIELD_COUNT
