"""From the texts of all files to the postings of their trigrams and the counts of their lines: built anew, or out of the former
ones and what changed.

Not a store and not a search: it returns arrays. Memory stays at four bytes a posting, the packed postings, and two parts of a
bounded number of postings: files are taken in runs, whose postings are numbers of four bytes; the runs are then merged trigram by
trigram.
Invariant: the same texts in the same order give the same bytes, whichever way.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.lexical.line_counts import LineCounts
from lepasserelle.lexical.postings import Files, pack, unpack
from lepasserelle.lexical.sieve import Sieve
from lepasserelle.lexical.trigrams import begins, trigrams_of
from lepasserelle.model import Sections

RUN_POSTINGS: Final = 1 << 16
"""Twice as many took 4 MB more on Django, eight times as many 35 MB, and no less time."""
_RUN_BITS: Final = 8
_RUN_FILES: Final = 1 << _RUN_BITS
"""A run has no more, so that its postings are numbers of four bytes, which are put in order in half of the time of eight."""
_FILE_BITS: Final = 32
_FILE_MASK: Final = np.uint64((1 << _FILE_BITS) - 1)
_TRIGRAMS: Final = 1 << 24

Pairs = NDArray[np.uint64]
"""Trigram · 2^32 + file, ascending."""


def build_trigrams(texts: Iterable[bytes], run_postings: int = RUN_POSTINGS) -> Sections:
    """Sections `trigrams` u32, ascending; `offsets` u32 (u64 where there are more than 4 GiB), one more than there are trigrams;
    `postings` u8: of each trigram the files that hold it (`lexical.postings`); `file_count` u64[1]; and where lines end
    (`lexical.line_counts`). Files are numbered as they come.
    """
    runs: list[_Run] = []
    file_count = 0
    lines = LineCounts()
    for run, count in _runs(lines.of(enumerate(texts)), run_postings):
        runs.append(run)
        file_count += count
    return {**_merged(runs, file_count, run_postings), **lines.sections(file_count)}


class Rewritten(NamedTuple):
    """A file with another text than in the former generation, under the same number."""

    number: int
    before: bytes
    now: bytes


def rewrite_trigrams(former: Sections, changed: Sequence[Rewritten]) -> Sections:
    """What `build_trigrams` makes of the same files, where a few have other texts: only lists of trigrams that came to a text or
    left it are packed anew.
    """
    file_count = int(former["file_count"][0])
    lines = LineCounts()
    stays = np.arange(file_count)
    stays[[one.number for one in changed]] = -1
    lines.take_over(former, stays)
    gone, came = _exchanged(lines, changed)
    lists = _relisted(_Lists.of(former), gone, came, file_count)
    return {**lists, "file_count": np.array([file_count], np.uint64), **lines.sections(file_count)}


def _exchanged(lines: LineCounts, changed: Sequence[Rewritten]) -> tuple[Pairs, Pairs]:
    """(the postings that are no more, those that are new); counts the lines of the texts."""
    gone, came = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
    for (number, now), one in zip(lines.of((one.number, one.now) for one in changed), changed, strict=True):
        before, after = trigrams_of(one.before), trigrams_of(now)
        file = np.array([number])
        gone.append(_joined(np.setdiff1d(before, after, assume_unique=True), file))
        came.append(_joined(np.setdiff1d(after, before, assume_unique=True), file))
    return np.concatenate(gone), np.concatenate(came)


class _Lists(NamedTuple):
    """Packed lists of files, one behind the other by trigram."""

    trigrams: NDArray[np.uint32]
    offsets: Files
    data: NDArray[np.uint8]

    @classmethod
    def of(cls, sections: Sections) -> "_Lists":
        return cls(
            sections["trigrams"].astype(np.uint32), sections["offsets"].astype(np.int64), sections["postings"].view(np.uint8)
        )


def _relisted(former: _Lists, gone: Pairs, came: Pairs, file_count: int) -> Sections:
    """The lists without some postings and with others."""
    touched = np.unique(np.concatenate([gone, came]) >> np.uint64(_FILE_BITS)).astype(np.uint32)
    places = np.searchsorted(former.trigrams, touched)
    held = np.isin(touched, former.trigrams, assume_unique=True)
    pairs = np.setdiff1d(_pairs_at(former, places[held], file_count), gone, assume_unique=True)
    pairs = np.sort(np.concatenate([pairs, came]))
    found, starts, files = _parted(pairs)
    packed = pack(files, starts, file_count)
    kept = np.ones(len(former.trigrams), np.bool_)
    kept[places[held]] = False
    trigrams = np.concatenate([former.trigrams[kept], found])
    lengths = np.concatenate([np.diff(former.offsets)[kept], packed.lengths])
    order = np.argsort(trigrams, kind="stable")
    new = _Lists(found, np.concatenate([[0], np.cumsum(packed.lengths)]), packed.data)
    data = _put_between(former, touched, places, held, new)
    return _listed(trigrams[order], lengths[order], data)


def _pairs_at(lists: _Lists, places: Files, file_count: int) -> Pairs:
    """The postings of the trigrams that stand there."""
    lengths = np.diff(lists.offsets)[places]
    parts = [lists.data[lists.offsets[place] : lists.offsets[place + 1]] for place in places.tolist()]
    files, counts = unpack(np.concatenate([np.zeros(0, np.uint8), *parts]), lengths, file_count)
    return _joined(np.repeat(lists.trigrams[places], counts), files)


def _put_between(
    former: _Lists, touched: NDArray[np.uint32], places: Files, held: NDArray[np.bool_], new: _Lists
) -> NDArray[np.uint8]:
    """The data of all lists: those of `touched` trigrams are the new ones, in the places of the former ones or between them."""
    parts, begin, number = [np.zeros(0, np.uint8)], 0, 0
    of_new = new.trigrams.tolist()
    for trigram, place, is_held in zip(touched.tolist(), places.tolist(), held.tolist(), strict=True):
        parts.append(former.data[begin : former.offsets[place]])
        begin = int(former.offsets[place + is_held])
        if number < len(of_new) and of_new[number] == trigram:
            parts.append(new.data[new.offsets[number] : new.offsets[number + 1]])
            number += 1
    return np.concatenate([*parts, former.data[begin:]])


class _Run(NamedTuple):
    """Postings of consecutive files."""

    postings: NDArray[np.uint32]
    """Trigram · 2^8 + place of the file in the run, ascending. Packed lists of so few files took more."""
    first_file: int

    def pairs(self, first: int, end: int) -> Pairs:
        """Those of trigrams from `first` on that come before `end`."""
        bounds = np.array((first, min(end, _TRIGRAMS - 1)), np.uint32) << np.uint32(_RUN_BITS)
        low, high = np.searchsorted(self.postings, bounds).tolist()
        chosen = self.postings[low : high if end < _TRIGRAMS else None]
        files = (chosen & np.uint32(_RUN_FILES - 1)).astype(np.int64)
        files += self.first_file
        return _joined(chosen >> np.uint32(_RUN_BITS), files)


def _runs(texts: Iterable[tuple[int, bytes]], run_postings: int) -> Iterator[tuple[_Run, int]]:
    """(run, its number of files)."""
    parts: list[NDArray[np.uint32]] = []
    sieve, first, postings = Sieve(), 0, 0
    for file, data in texts:
        found = trigrams_of(data, sieve)
        found <<= np.uint32(_RUN_BITS)
        found |= np.uint32(file - first)
        parts.append(found)
        postings += len(found)
        if postings >= run_postings or len(parts) == _RUN_FILES:
            yield _Run(_in_order(parts), first), file + 1 - first
            first, postings = file + 1, 0
    if parts:
        yield _Run(_in_order(parts), first), file + 1 - first


def _in_order(parts: list[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    """All of them, ascending; empties the list."""
    postings = np.concatenate(parts)
    parts.clear()
    postings.sort(kind="stable")
    return postings


def _joined(trigrams: NDArray[np.uint32], files: Files) -> Pairs:
    return (trigrams.astype(np.uint64) << np.uint64(_FILE_BITS)) | files.astype(np.uint64)


def _parted(pairs: Pairs) -> tuple[NDArray[np.uint32], Files, Files]:
    """(each trigram once, where its files begin, the files of all)."""
    trigrams = (pairs >> np.uint64(_FILE_BITS)).astype(np.uint32)
    starts = np.flatnonzero(begins(trigrams))
    return trigrams[starts], starts, (pairs & _FILE_MASK).astype(np.int64)


def _merged(runs: Sequence[_Run], file_count: int, run_postings: int) -> Sections:
    """All runs as one, a bounded number of postings at a time."""
    trigrams, data, lengths = [], [], []
    for first, end in _slices(runs, run_postings):
        parts = [run.pairs(first, end) for run in runs]
        pairs = np.concatenate([np.zeros(0, np.uint64), *parts])
        if not len(pairs):
            continue
        pairs.sort(kind="stable")  # each part ascends: runs are merged (Timsort) in a third of the time
        found, starts, files = _parted(pairs)
        packed = pack(files, starts, file_count)
        trigrams.append(found)
        data.append(packed.data)
        lengths.append(packed.lengths)
    lists = _listed(
        np.concatenate([np.zeros(0, np.uint32), *trigrams]),
        np.concatenate([np.zeros(0, np.int64), *lengths]),
        np.concatenate([np.zeros(0, np.uint8), *data]),
    )
    return {**lists, "file_count": np.array([file_count], np.uint64)}


def _listed(trigrams: NDArray[np.uint32], lengths: Files, data: NDArray[np.uint8]) -> Sections:
    """The sections of lists, one behind the other."""
    offsets = np.concatenate([[0], lengths]).cumsum(dtype=np.uint64)
    is_small = int(offsets[-1]) < 1 << 32
    return {"trigrams": trigrams, "offsets": offsets.astype(np.uint32) if is_small else offsets, "postings": data}


def _slices(runs: Sequence[_Run], run_postings: int) -> Iterator[tuple[int, int]]:
    """Ranges of trigrams with about so many postings in all runs together; a range is never less than 256 trigrams."""
    sizes = np.zeros(_TRIGRAMS >> 8, np.int64)
    for run in runs:
        sizes += np.bincount(run.postings >> np.uint32(_RUN_BITS + 8), minlength=len(sizes))
    begin = size = 0
    for group in np.flatnonzero(sizes).tolist():
        if size and size + int(sizes[group]) > run_postings:
            yield begin << 8, group << 8
            begin, size = group, 0
        size += int(sizes[group])
    yield begin << 8, _TRIGRAMS
