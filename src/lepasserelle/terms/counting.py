"""Tokens of files, and where they were seen, to the terms of each: all counting, and all of it numpy's.

Several files are counted at once, since of one numpy takes longer to be asked than to answer. What is cut where is `collect`'s.
Invariant: what a file's terms are does not depend on what was counted with it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.terms.blocks import BLOCK_TERM, Row, packed_blocks
from lepasserelle.terms.dictionary import Dictionary
from lepasserelle.terms.file_terms import FIELD_COUNT, ROW, Field, FileTerms
from lepasserelle.terms.split import AFTER_WHOLE

_MAX_COUNT = 0xFFFF
_NARROW = 1 << 31
_NOTHING = FileTerms((), b"")
_WITHOUT_STOP_WORDS = np.isin(np.arange(FIELD_COUNT), (Field.BODY, Field.DOCUMENTATION))

Ints = NDArray[np.signedinteger]


class Bag:
    """Tokens with where they were seen: `sizes[i]` of them, one after the other, at `places[i]`; those of entry `blocked[j]` stand
    in the block `blocks[j]`, and those of entry `twice[j]` count at `others[j]`, too. Definitions and blocks are numbered through
    all files: those of the file at hand from `first` and `first_block` on.
    """

    __slots__ = (
        "block_ends",
        "block_rows",
        "blocked",
        "blocks",
        "ends",
        "entry_ends",
        "first",
        "first_block",
        "others",
        "places",
        "seen",
        "sizes",
        "twice",
    )

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.places: list[int] = []
        self.sizes: list[int] = []
        self.blocked: list[int] = []
        self.blocks: list[int] = []
        self.twice: list[int] = []
        self.others: list[int] = []
        self.block_rows: list[Row] = []
        self.first = self.first_block = 0
        self.ends, self.entry_ends, self.block_ends = [0], [0], [0]
        """Up to each file, how many definitions there are, places and blocks."""

    def add(self, place: int, found: Sequence[str]) -> None:
        """Tokens at (definition · `FIELD_COUNT` + field)."""
        if found:
            self.seen += found
            self.places.append((self.first * FIELD_COUNT + place) * 2)
            self.sizes.append(len(found))

    def add_twice(self, place: int, other: int, found: Sequence[str], taken_off: int = 0) -> None:
        """Tokens at two places; `taken_off`: 1 where they are subtracted from the other one."""
        if found:
            self.twice.append(len(self.sizes))
            self.others.append((self.first * FIELD_COUNT + other) * 2 + taken_off)
            self.add(place, found)

    def end_file(self, definitions: int, block_rows: list[Row]) -> None:
        """That was all of a file with so many definitions and these blocks."""
        self.block_rows += [(self.first + owner, start, end) for owner, start, end in block_rows]
        self.first += definitions
        self.first_block += len(block_rows)
        self.ends.append(self.first)
        self.entry_ends.append(len(self.sizes))
        self.block_ends.append(self.first_block)


class _Counts(NamedTuple):
    """What stands in which file, by the rank of its word among those of all files."""

    words: list[str]
    """In their order."""
    number: NDArray[np.int32]
    """Shape (files, words): each word's place in the vocabulary of a file; −1 where it is not in it."""
    vocabularies: list[tuple[str, ...]]
    postings: list[bytes]


def counted(bag: Bag) -> list[FileTerms]:
    """Of each file the sums of equal (definition, field, term), without what is not left and function words of texts, and with the
    words left numbered.
    """
    dictionary = Dictionary.current()
    terms, spread = dictionary.cut(bag.seen)
    words = _sorted_words(dictionary, terms)
    if not words.size:
        return [_NOTHING] * (len(bag.ends) - 1)
    sizes = _spread_sizes(bag.sizes, spread)
    stops = dictionary.are_stop_words(words)
    rank = np.empty(len(dictionary.words), dtype=np.int32)
    rank[words] = np.arange(len(words), dtype=np.int32)
    ranks = rank[terms]
    counts = _summed(_signed(bag, sizes, ranks, len(words)), len(words))
    found = _numbered(bag, [dictionary.words[word] for word in words.tolist()], stops, *counts)
    if not bag.blocked:
        return [FileTerms(*one) for one in zip(found.vocabularies, found.postings, strict=True)]
    return _with_blocks(bag, found, sizes, *_block_counts(bag, found, sizes, ranks, stops))


def _sorted_words(dictionary: Dictionary, terms: NDArray[np.intp]) -> NDArray[np.intp]:
    """The distinct term numbers in the order of their words."""
    seen = np.zeros(len(dictionary.words), dtype=bool)
    seen[terms] = True
    return dictionary.ascending(np.flatnonzero(seen))


def _spread_sizes(sizes: list[int], spread: NDArray[np.intp]) -> NDArray[np.int64]:
    """How many terms stand at each place."""
    ends = np.cumsum(sizes)
    return np.add.reduceat(spread, ends - np.array(sizes, dtype=ends.dtype), dtype=np.int64)


def _signed(bag: Bag, sizes: NDArray[np.int64], ranks: NDArray[np.int32], words: int) -> Ints:
    """(place · number of words + rank of the word) · 2, and 1 more where it is subtracted, of every term at each of its places.
    Half as wide where it suffices, which is nearly always: most of the time here goes with the bytes.
    """
    at, other = np.array(bag.places, dtype=np.int64), np.array(bag.others, dtype=np.int64)
    width = np.int32 if (int(max(at.max(), other.max(initial=0))) + 2) * words < _NARROW else np.int64
    is_twice = np.zeros(len(sizes), dtype=np.bool_)
    is_twice[bag.twice] = True
    again = ranks[np.repeat(is_twice, sizes)]
    keys = np.concatenate([at, other])
    signed: Ints = np.repeat(((keys >> 1) * (2 * words) + (keys & 1)).astype(width), np.concatenate([sizes, sizes[is_twice]]))
    signed += 2 * np.concatenate([ranks, again])
    return signed


def _summed(signed: Ints, words: int) -> tuple[Ints, Ints, Ints]:
    """(place, rank of the word, how often), each pair once and ascending; uses up what it is given."""
    signed.sort()
    keys = signed >> 1
    firsts = _firsts(keys)
    signed &= 1
    signed *= -2
    signed += 1
    found = keys[firsts]
    place = found // words
    return place, found - place * words, np.add.reduceat(signed, firsts)


def _firsts(keys: Ints) -> NDArray[np.intp]:
    """Where another one begins, of keys that ascend."""
    is_first = np.empty(len(keys), dtype=np.bool_)
    is_first[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def _numbered(bag: Bag, words: list[str], stops: NDArray[np.bool_], place: Ints, term: Ints, count: Ints) -> _Counts:
    """The rows of each file with its own numbers."""
    definition = place // FIELD_COUNT
    field = place - definition * FIELD_COUNT
    kept = (count > 0) & ~(stops[term] & _WITHOUT_STOP_WORDS[field])
    definition, term, ends = definition[kept], term[kept], np.array(bag.ends)
    file = np.repeat(np.arange(len(ends) - 1), np.diff(ends))[definition]
    keys = file * len(words) + term
    number, vocabularies = _vocabularies(keys, words, len(ends) - 1)
    rows = np.empty(len(keys), dtype=ROW)
    rows["definition"], rows["field"], rows["term"] = definition - ends[file], field[kept], number[keys]
    rows["count"] = np.minimum(count[kept], _MAX_COUNT)
    at = np.searchsorted(definition, ends).tolist()
    postings = [rows[start:end].tobytes() for start, end in pairwise(at)]
    return _Counts(words, number.reshape(-1, len(words)), vocabularies, postings)


def _vocabularies(keys: NDArray[np.intp], words: list[str], files: int) -> tuple[NDArray[np.int32], list[tuple[str, ...]]]:
    """(the number of each word in each file, −1 where it is not; the words of each), of keys file · number of words + rank."""
    is_used = np.zeros(files * len(words), dtype=np.bool_)
    is_used[keys] = True
    pairs = np.flatnonzero(is_used)
    at = np.searchsorted(pairs, np.arange(files + 1) * len(words))
    sizes = np.diff(at)
    number = np.full(len(is_used), -1, dtype=np.int32)
    number[pairs] = np.arange(len(pairs)) - np.repeat(at[:-1], sizes)
    ranks = (pairs - np.repeat(np.arange(files) * len(words), sizes)).tolist()
    bounds = at.tolist()
    return number, [tuple(map(words.__getitem__, ranks[start:end])) for start, end in pairwise(bounds)]


def _block_counts(
    bag: Bag, found: _Counts, sizes: NDArray[np.int64], ranks: NDArray[np.int32], stops: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints]:
    """(block, term, count), ascending, of the terms that have a number in their file and stand in a block, but for whole
    identifiers, function words and what begins with a digit.
    """
    entries = bag.blocked[-1] + 1
    blocks = np.full(entries, -1, dtype=np.int64)
    blocks[bag.blocked] = bag.blocks
    block = np.repeat(blocks, sizes[:entries])
    stands = block >= 0
    block, ranks = block[stands], ranks[: len(block)][stands]
    file = np.repeat(np.arange(len(bag.block_ends) - 1), np.diff(bag.block_ends))
    is_left_out = stops.copy()
    low, high = bisect_left(found.words, "0"), bisect_left(found.words, AFTER_WHOLE)  # they stand together
    is_left_out[low:high] = True
    term = found.number[file[block], ranks]
    kept = (term >= 0) & ~is_left_out[ranks]
    width = int(term.max(initial=0)) + 1
    keys = block[kept] * width + term[kept]
    keys.sort()
    firsts = _firsts(keys)
    first_keys = keys[firsts]
    place = first_keys // width
    return place, first_keys - place * width, np.diff(firsts, append=len(keys))


def _with_blocks(bag: Bag, found: _Counts, sizes: NDArray[np.int64], block: Ints, term: Ints, count: Ints) -> list[FileTerms]:
    """The same with the blocks of files of which a token stands in one, and which have terms."""
    table, number = packed_blocks(bag.block_rows)
    rows = np.empty(len(block), dtype=BLOCK_TERM)
    rows["block"], rows["term"], rows["count"] = number[block], term, np.minimum(count, _MAX_COUNT)
    rows = rows[np.argsort(rows["block"], kind="stable")]
    ends, at = bag.block_ends, np.searchsorted(rows["block"], bag.block_ends).tolist()
    firsts = np.repeat(np.array(bag.ends[:-1]), np.diff(ends))
    table["definition"] -= firsts.astype(table["definition"].dtype)
    rows["block"] -= np.repeat(np.array(ends[:-1]), np.diff(at)).astype(rows["block"].dtype)
    has_blocks = _have_blocks(bag, sizes)
    return [
        FileTerms(vocabulary, postings, table[start:end].tobytes(), rows[first:last].tobytes())
        if has
        else FileTerms(vocabulary, postings)
        for vocabulary, postings, start, end, first, last, has in zip(
            found.vocabularies, found.postings, ends, ends[1:], at, at[1:], has_blocks, strict=False
        )
    ]


def _have_blocks(bag: Bag, sizes: NDArray[np.int64]) -> list[bool]:
    """Of each file whether it has terms, and tokens in a block."""
    before = np.concatenate([[0], np.cumsum(sizes)])[bag.entry_ends]
    blocked = np.searchsorted(bag.blocked, bag.entry_ends)
    found: list[bool] = ((np.diff(before) > 0) & (np.diff(blocked) > 0)).tolist()
    return found
