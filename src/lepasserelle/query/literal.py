"""Every line that holds exactly some text: bytes searched file by file, nothing ranked, nothing cut into words.

Not regular expressions. Invariant: matches come in the order of paths and lines, each line once, and no more than the limit.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from lepasserelle.model import TextMatch

MOST_MATCHES: Final = 10_000
_LINE_CHARS: Final = 400
_BEFORE_CHARS: Final = 80


def matches_in(data: bytes, wanted: bytes, path: str) -> Iterator[TextMatch]:
    """The lines of one file; a text of several lines is found where it begins."""
    line, counted = 1, 0
    at = data.find(wanted)
    while at >= 0:
        line += data.count(b"\n", counted, at)
        begin = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        yield TextMatch(path, line, _shown(data, begin, at, end))
        counted = at
        at = data.find(wanted, max(end, at + 1))


def find_text(
    files: Iterable[tuple[str, Callable[[], bytes]]], text: str, most: int = MOST_MATCHES
) -> tuple[list[TextMatch], bool]:
    """(matches, whether that is all of them) in files given as path and reader."""
    wanted = text.encode("utf-8", "replace")
    found: list[TextMatch] = []
    for path, read in files:
        for match in matches_in(read(), wanted, path):
            if len(found) == most:
                return found, False
            found.append(match)
    return found, True


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
        line += lowered.count(b"\n", counted, begin)
        counted = begin
        yield line, begin, counts[begin]


def _shown(data: bytes, begin: int, at: int, end: int) -> str:
    """The line, or of a very long one what stands around the match."""
    if end - begin <= _LINE_CHARS:
        return data[begin:end].decode("utf-8", "replace").strip()
    start = max(begin, at - _BEFORE_CHARS)
    shown = data[start : min(end, start + _LINE_CHARS)].decode("utf-8", "replace").strip()
    return f"{'…' if start > begin else ''}{shown}{'…' if start + _LINE_CHARS < end else ''}"
