"""Every line with a match of a pattern: files searched one by one, nothing ranked, nothing cut into words.

Not how a pattern is matched (`query.patterns`) and not which files are worth reading (`lexical.trigram_index`). Invariant: matches
come in the order of paths and lines, each line once, no more than the limit; what was not looked at is counted.
"""

import math
import sys
import time
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias

import msgspec

from lepasserelle.lexical.trigram_index import BLOCK_BITS
from lepasserelle.model import TextMatch
from lepasserelle.query.patterns import Matcher, OutOfTime, Pattern, matcher, places

MOST_MATCHES: Final = 10_000
LONGEST_S: Final = 4.5
"""So long is searched: an answer comes within five seconds, with all that comes before and after."""

_FAR_BYTES: Final = 1000
"""From here on counting by numpy is cheaper than `bytes.count`, which takes a nanosecond a byte."""

_LINE_END: Final = 10
_LINE_CHARS: Final = 400
_BEFORE_CHARS: Final = 80


LineCounts: TypeAlias = Sequence[int]
"""How many lines end before each block of a text, as `lexical.trigram_index` has them."""

Source: TypeAlias = tuple[str, Callable[[], bytes]] | tuple[str, Callable[[], bytes], Callable[[], LineCounts]]
"""A file: path, reader, and what gives the counts of its text, if there are such."""


class Lines(msgspec.Struct, frozen=True):
    """Lines that were found."""

    matches: list[TextMatch]
    is_all: bool = True
    """False: there are more than may be given, or not every file was looked at."""
    files_left: int = 0
    """Files that were not looked at, or not to their end, when the time was over."""
    passed: int = 0
    """Lines before them that were found and not kept."""
    files_passed: int = 0
    """Files that those alone are in."""

    @property
    def count(self) -> int:
        """How many lines were found."""
        return self.passed + len(self.matches)

    @property
    def file_count(self) -> int:
        """How many files the lines are in."""
        return self.files_passed + len({match.path for match in self.matches})

    @property
    def goes_on(self) -> bool:
        """Whether they end because no more were asked for."""
        return not (self.is_all or self.files_left)


def matches_in(data: bytes, found: Matcher, path: str, counts_of: Callable[[], LineCounts] | None = None) -> Iterator[TextMatch]:
    """The lines of one file; a text of several lines is found where it begins. A byte order mark is no part of the first line."""
    line, counted, counts = 1, 0, None
    if data.startswith(BOM_UTF8):
        data, counts_of = data[len(BOM_UTF8) :], None
    count, begin_of = data.count, data.rfind
    for at, end in places(data, found.find):
        if counts is None and counts_of is not None:
            counts = counts_of()
        if counts is not None:
            block = at >> BLOCK_BITS
            line = 1 + counts[block] + count(b"\n", block << BLOCK_BITS, at)
        else:
            line += _line_ends(data, counted, at)
        counted = at
        begin = begin_of(b"\n", 0, at) + 1
        if end - begin <= _LINE_CHARS:  # as `_shown`, which would be a third of what a line costs
            yield TextMatch(path, line, data[begin:end].decode("utf-8", "replace").strip())
        else:
            yield TextMatch(path, line, _shown(data, begin, at, end))


def _line_ends(data: bytes, start: int, end: int) -> int:
    """How many lines end in `data[start:end]`."""
    np = sys.modules.get("numpy")  # a command for lines has not loaded it, and would lose more by that than by counting
    if np is None or end - start < _FAR_BYTES:
        return data.count(b"\n", start, end)
    return int(np.count_nonzero(np.frombuffer(data, np.uint8, end - start, start) == _LINE_END))


def find_text(
    files: Iterable[Source],
    pattern: Pattern | Matcher,
    most: int = MOST_MATCHES,
    longest_s: float = LONGEST_S,
    clock: Callable[[], float] = time.monotonic,
    skip: int = 0,
) -> Lines:
    """Lines with a match in files given as path and reader, until there are `most` or the time is over; the first `skip` of them
    are counted and not kept.
    """
    looked_for = matcher(pattern) if isinstance(pattern, Pattern) else pattern
    found: list[TextMatch] = []
    passed = files_passed = 0
    until_s, left = clock() + longest_s, 0
    looked_for.watch.set(clock, until_s)
    for path, read, *counts_of in files:
        if left or clock() > until_s:
            left += 1
            continue
        before, kept = passed, len(found)
        try:
            matches = matches_in(read(), looked_for, path, *counts_of)
            for _ in islice(matches, skip - passed):
                passed += 1
            found.extend(islice(matches, most - skip + 1 - len(found)))
        except OutOfTime:
            left = 1
        files_passed += passed > before and len(found) == kept
        if len(found) > most - skip:
            break
    looked_for.watch.set(clock, math.inf)
    return Lines(found[: most - skip], not left and len(found) <= most - skip, left, passed, files_passed)


def lines_with_words(files: Iterable[tuple[str, Callable[[], bytes]]], words: Sequence[str], most: int) -> list[TextMatch]:
    """The lines that hold the most of these lower-case words, at most `most`; equals in the order of paths and lines."""
    wanted = [word.encode("utf-8", "replace") for word in words]
    found: list[tuple[int, int, TextMatch]] = []
    seen = 0
    for path, read in files:
        data = read()
        for line, begin, count in _wordy_lines(data.lower(), wanted):
            end = data.find(b"\n", begin)
            match = TextMatch(path, line, _shown(data, begin, begin, len(data) if end < 0 else end))
            found.append((-count, seen, match))
            seen += 1
        if len(found) > 4 * most:
            found = sorted(found, key=_place)[:most]
    return [match for _, _, match in sorted(found, key=_place)[:most]]


def _place(found: tuple[int, int, TextMatch]) -> tuple[int, int]:
    return found[:2]


def _wordy_lines(lowered: bytes, words: Sequence[bytes]) -> Iterator[tuple[int, int, int]]:
    """(line, where it begins, how many of the words it holds) of the lines that hold any."""
    counts: Counter[int] = Counter()
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            counts[lowered.rfind(b"\n", 0, at) + 1] += 1
            end = lowered.find(b"\n", at)
            at = lowered.find(word, end) if end >= 0 else -1
    line, counted = 1, 0
    for begin in sorted(counts):
        line += _line_ends(lowered, counted, begin)
        counted = begin
        yield line, begin, counts[begin]


def _shown(data: bytes, begin: int, at: int, end: int) -> str:
    """The line, or of a very long one what stands around the match."""
    if end - begin <= _LINE_CHARS:
        return data[begin:end].decode("utf-8", "replace").strip()
    start = max(begin, at - _BEFORE_CHARS)
    shown = data[start : min(end, start + _LINE_CHARS)].decode("utf-8", "replace").strip()
    return f"{'…' if start > begin else ''}{shown}{'…' if start + _LINE_CHARS < end else ''}"
