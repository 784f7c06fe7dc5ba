"""The postings of a generation out of the former ones, where the same files are in it and a few were written again.

Possible since what is stored of a node depends on nothing but the node and rounded averages (`scoring.average_length`): postings of
all other files stay, under new numbers where definitions came or went. Invariant: the bytes of `build`, or None.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.lexical.build import lengths_of, weighted
from lepasserelle.lexical.scoring import average_length, impact, inverse_document_frequency
from lepasserelle.model import Sections
from lepasserelle.terms import FIELD_COUNT, TermFile, TermNumbers, Vocabulary, family, row_batches

Ints = NDArray[np.int64]
_Numbers = NDArray[np.integer]

_MOST_POSTINGS: Final = 1 << 22
"""All of them are held at once here, some 40 bytes each; `build` takes six and a batch, which counts where they are many."""


class Rewritten(NamedTuple):
    """A file with other terms than in the former generation."""

    before: TermFile
    now: TermFile


class _Postings(NamedTuple):
    """By term and node."""

    term: _Numbers
    node: _Numbers
    impact: NDArray[np.uint16]


def rewrite(former: Sections, changed: Sequence[Rewritten]) -> Sections | None:
    """What `build` makes of the same files, of which `changed`, in the order of their nodes, have other terms. None where an
    average has moved so far that every posting is another, where there are too many of them, and where words stand in no node (of a
    file without any).
    """
    if len(former["nodes"]) > _MOST_POSTINGS:
        return None
    if not all(one.now.node_count for one in changed) or not np.diff(former["indptr"].astype(np.int64)).all():
        return None
    lengths = former["field_lengths"].astype(np.int64)
    averages = average_length(lengths)
    lengths = lengths + _lengths(one.now for one in changed) - _lengths(one.before for one in changed)
    if not np.array_equal(average_length(lengths), averages):
        return None
    numbers = TermNumbers()
    found = _found([one.now for one in changed], numbers, averages)
    words = _Words(_former_words(former), [word.encode("utf-8", "replace") for word in numbers])
    found = found._replace(term=words.of_found[found.term])
    postings = _together(_kept(former, changed, words.of_former), found)
    return _sections(words.all, postings, _node_count(former, changed), lengths)


class _Words:
    """The words of before and those that were found, ascending, and under which numbers each of them is now."""

    def __init__(self, former: list[bytes], found: list[bytes]) -> None:
        number_of = {word: number for number, word in enumerate(former)}
        new = sorted(word for word in found if word not in number_of)
        before = np.array([bisect_left(former, word) for word in new], dtype=np.int64)
        of_new = before + np.arange(len(new))
        self.of_former: Ints = np.arange(len(former)) + np.searchsorted(before, np.arange(len(former)), side="right")
        place = dict(zip(new, of_new.tolist(), strict=True))
        self.of_found: Ints = np.array(
            [place[word] if word in place else self.of_former[number_of[word]] for word in found], dtype=np.int64
        )
        self.all = former.copy()
        for word, number in place.items():
            self.all.insert(number, word)


def _lengths(files: Iterable[TermFile]) -> Ints:
    total = np.zeros((2, FIELD_COUNT), dtype=np.int64)
    for batch in row_batches(files, TermNumbers()):
        total += lengths_of(batch)
    return total


def _former_words(former: Sections) -> list[bytes]:
    text = former["vocabulary"].tobytes()
    return [text[start:end] for start, end in pairwise(former["vocabulary_offsets"].tolist())]


def _node_count(former: Sections, changed: Sequence[Rewritten]) -> int:
    return int(former["node_count"][0]) + sum(one.now.node_count - one.before.node_count for one in changed)


def _found(files: Sequence[TermFile], numbers: TermNumbers, averages: NDArray[np.float64]) -> _Postings:
    """The postings of these files, terms as `numbers` has them, in no order."""
    parts = [_Postings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint16))]
    for file in files:
        for batch in row_batches([file], numbers):
            if batch.term.size:
                term, node, frequency = weighted(batch, np.arange(len(numbers)), averages)
                parts.append(_Postings(term, node + batch.first_node, impact(frequency)))
    terms, nodes, impacts = zip(*parts, strict=True)
    return _Postings(np.concatenate(terms), np.concatenate(nodes), np.concatenate(impacts))


def _kept(former: Sections, changed: Sequence[Rewritten], moved: Ints) -> _Postings:
    """The postings of all other files, under new numbers."""
    number_of = _renumbered(int(former["node_count"][0]), changed)
    node = number_of.astype(np.int32)[former["nodes"]]
    stays = node >= 0
    indptr: Ints = former["indptr"].astype(np.int64)
    term = np.repeat(moved.astype(np.int32), indptr[1:] - indptr[:-1])
    return _Postings(term[stays], node[stays], former["impacts"].astype(np.uint16)[stays])


def _renumbered(node_count: int, changed: Sequence[Rewritten]) -> Ints:
    """What number each former node has now; -1: it is of a file that was written again."""
    numbers = np.arange(node_count)
    for one in changed:
        end = one.before.first_node + one.before.node_count
        numbers[end:] += one.now.node_count - one.before.node_count
    for one in changed:
        numbers[one.before.first_node : one.before.first_node + one.before.node_count] = -1
    return numbers


def _together(kept: _Postings, found: _Postings) -> _Postings:
    """Both, by term and node."""
    width = int(max(kept.node.max(initial=0), found.node.max(initial=0))) + 1
    keys = found.term.astype(np.int64) * width + found.node
    order = np.argsort(keys)
    of_kept = kept.term.astype(np.int64)
    of_kept *= width
    of_kept += kept.node
    at = np.searchsorted(of_kept, keys[order])
    del of_kept
    return _Postings(
        np.insert(kept.term, at, found.term[order]),
        np.insert(kept.node, at, found.node[order]),
        np.insert(kept.impact, at, found.impact[order]),
    )


def _sections(words: Sequence[bytes], postings: _Postings, node_count: int, lengths: Ints) -> Sections:
    """As `build`; words of which no posting is left are none of the vocabulary."""
    frequency = np.bincount(postings.term, minlength=len(words))
    stays = np.flatnonzero(frequency)
    frequency = frequency[stays]
    left = [words[number] for number in stays.tolist()]
    offsets, indptr = np.zeros(len(left) + 1, dtype=np.uint32), np.zeros(len(left) + 1, dtype=np.uint64)
    np.cumsum([len(word) for word in left], out=offsets[1:])
    np.cumsum(frequency, out=indptr[1:])
    return {
        "vocabulary": np.frombuffer(b"".join(left), dtype=np.uint8),
        "vocabulary_offsets": offsets,
        "idf": inverse_document_frequency(frequency, node_count),
        "indptr": indptr,
        "nodes": postings.node.astype(np.uint32),
        "impacts": postings.impact,
        "node_count": np.array([node_count], dtype=np.uint64),
        "field_lengths": lengths.astype(np.uint64),
    }


def holders_of_families(sections: Sections) -> Callable[[str], Ints]:
    """Which nodes hold a word of a family (`terms.family`), of the sections that `build` made; ascending."""
    vocabulary = Vocabulary.of(sections)
    indptr, nodes = sections["indptr"].astype(np.int64), sections["nodes"]

    def holders(root: str) -> Ints:
        numbers = [number for number in vocabulary.prefixed(root) if family(vocabulary[number]) == root]
        found = [nodes[indptr[number] : indptr[number + 1]] for number in numbers]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.uint32), *found])).astype(np.int64)

    return holders
