"""From the texts of all files to the postings of their trigrams and the counts of their lines: built anew, or out of the former
ones and what changed.

Not a store and not a search: it returns arrays. Memory stays at the packed postings, twice at the end, and two parts of a bounded
number of postings: files are taken in runs, each packed when it is full; the runs are then merged trigram by trigram.
Invariant: the same texts in the same order give the same bytes, whichever way.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lepasserelle.lexical.line_counts import LineCounts
from lepasserelle.lexical.postings import Files, pack, unpack
from lepasserelle.lexical.trigrams import begins, trigrams_of
from lepasserelle.model import Sections

RUN_POSTINGS: Final = 1 << 16
"""Twice as many took 4 MB more on Django, eight times as many 35 MB, and no less time."""
_RUN_BITS: Final = 8
_RUN_FILES: Final = 1 << _RUN_BITS
"""A run has no more, so that its postings are numbers of four bytes, which are put in order in half of the time."""
_FILE_BITS: Final = 32
_FILE_MASK: Final = np.uint64((1 << _FILE_BITS) - 1)
_TRIGRAMS: Final = 1 << 24

Pairs = NDArray[np.uint64]
"""Trigram · 2^32 + file, ascending."""


class _Run(Protocol):
    """Postings of some files."""

    @property
    def trigrams(self) -> NDArray[np.uint32]:
        """Ascending."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Bytes of each list: never fewer than a seventh of its postings."""

    def pairs(self, first: int, end: int) -> Pairs:
        """The postings of the trigrams with these numbers within the run."""


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


def splice_trigrams(
    former: Sections,
    number_of: Sequence[int] | NDArray[np.int64],
    changed: Iterable[tuple[int, bytes]],
    file_count: int,
    run_postings: int = RUN_POSTINGS,
) -> Sections:
    """What `build_trigrams` makes of the new texts, out of the former sections: `number_of` says of each former file its number now
    (-1: gone, or its text is another), `changed` gives number and text of all others.
    """
    lines = LineCounts()
    lines.take_over(former, number_of)
    runs: list[_Run] = [_Former(former, np.asarray(number_of, np.int64))]
    runs += [run for run, _ in _runs(lines.of(changed), run_postings)]
    return {**_merged(runs, file_count, run_postings), **lines.sections(file_count)}


class _Packed(NamedTuple):
    """A run that was made of texts."""

    trigrams: NDArray[np.uint32]
    data: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def pairs(self, first: int, end: int) -> Pairs:
        files, counts = unpack(self.data[self.offsets[first] : self.offsets[end]], self.lengths[first:end], None)
        return _joined(np.repeat(self.trigrams[first:end], counts), files)


class _Former:
    """What a former generation held, under new numbers."""

    def __init__(self, sections: Sections, number_of: Files) -> None:
        self.trigrams: NDArray[np.uint32] = sections["trigrams"].astype(np.uint32)
        self._postings = sections["postings"].view(np.uint8)
        self._offsets: Files = sections["offsets"].astype(np.int64)
        self._file_count = int(sections["file_count"][0])
        self._number_of = number_of

    @property
    def lengths(self) -> NDArray[np.int64]:
        """As `_Run`: of a bitmap the most that it can stand for."""
        return np.diff(self._offsets) * 8

    def pairs(self, first: int, end: int) -> Pairs:
        begin, stop = self._offsets[first], self._offsets[end]
        lengths = np.diff(self._offsets[first : end + 1])
        files, counts = unpack(self._postings[begin:stop], lengths, self._file_count)
        numbers = self._number_of[files]
        stays = numbers >= 0
        pairs = _joined(np.repeat(self.trigrams[first:end], counts)[stays], numbers[stays])
        pairs.sort()
        return pairs


def _runs(texts: Iterable[tuple[int, bytes]], run_postings: int) -> Iterator[tuple[_Packed, int]]:
    """(run, its number of files)."""
    parts: list[NDArray[np.uint32]] = []
    files: list[int] = []
    postings = 0
    for file, data in texts:
        found = trigrams_of(data)
        found <<= np.uint32(_RUN_BITS)
        found |= np.uint32(len(files))
        parts.append(found)
        files.append(file)
        postings += len(found)
        if postings >= run_postings or len(files) == _RUN_FILES:
            yield _packed(parts, files), len(files)
            parts, files, postings = [], [], 0
    if files:
        yield _packed(parts, files), len(files)


def _joined(trigrams: NDArray[np.uint32], files: Files) -> Pairs:
    return (trigrams.astype(np.uint64) << np.uint64(_FILE_BITS)) | files.astype(np.uint64)


def _parted(pairs: Pairs) -> tuple[NDArray[np.uint32], Files, Files]:
    """(each trigram once, where its files begin, the files of all)."""
    trigrams = (pairs >> np.uint64(_FILE_BITS)).astype(np.uint32)
    starts = np.flatnonzero(begins(trigrams))
    return trigrams[starts], starts, (pairs & _FILE_MASK).astype(np.int64)


def _packed(parts: list[NDArray[np.uint32]], numbers: list[int]) -> _Packed:
    """A run of trigram · 2^8 + place of the file in `numbers`, file by file."""
    pairs = np.concatenate(parts)
    parts.clear()
    pairs.sort()
    trigrams = pairs >> np.uint32(_RUN_BITS)
    starts = np.flatnonzero(begins(trigrams))
    files = np.array(numbers, np.int64)[pairs & np.uint32(_RUN_FILES - 1)]
    data, lengths = pack(files, starts, None)
    return _Packed(trigrams[starts], data, lengths, np.concatenate(([0], np.cumsum(lengths))))


def _merged(runs: Sequence[_Run], file_count: int, run_postings: int) -> Sections:
    """All runs as one, a bounded number of postings at a time."""
    trigrams, data, lengths = [], [], []
    for first, end in _slices(runs, run_postings):
        parts = [run.pairs(*np.searchsorted(run.trigrams, (first, end)).tolist()) for run in runs]
        pairs = np.concatenate([np.zeros(0, np.uint64), *parts])
        if not len(pairs):
            continue
        pairs.sort()
        found, starts, files = _parted(pairs)
        packed = pack(files, starts, file_count)
        trigrams.append(found)
        data.append(packed.data)
        lengths.append(packed.lengths)
    offsets = np.concatenate([[0], *lengths]).cumsum(dtype=np.uint64)
    is_small = int(offsets[-1]) < 1 << 32
    return {
        "trigrams": np.concatenate([np.zeros(0, np.uint32), *trigrams]),
        "offsets": offsets.astype(np.uint32) if is_small else offsets,
        "postings": np.concatenate([np.zeros(0, np.uint8), *data]),
        "file_count": np.array([file_count], np.uint64),
    }


def _slices(runs: Sequence[_Run], run_postings: int) -> Iterator[tuple[int, int]]:
    """Ranges of trigrams with about so many postings in all runs together; a range is never less than one trigram."""
    sizes = np.zeros(_TRIGRAMS >> 8, np.int64)
    for run in runs:
        np.add.at(sizes, run.trigrams >> 8, run.lengths)
    begin = size = 0
    for group in np.flatnonzero(sizes).tolist():
        if size and size + int(sizes[group]) > run_postings:
            yield begin << 8, group << 8
            begin, size = group, 0
        size += int(sizes[group])
    yield begin << 8, _TRIGRAMS
