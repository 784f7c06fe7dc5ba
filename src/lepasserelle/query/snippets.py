"""The lines of a node that say most about the question, from the indexed text.

Not the whole node: an answer is read by people and by programs with little room. All of it is looked through, though. Which
lines speak is found by the beginnings of the question's words: nothing is cut into terms here, so "offset" also speaks of "set".
Invariant: at most `MAX_LINES` lines and `MAX_CHARS` characters, in the order of the source, with `…` where lines were left out.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from lepasserelle.terms import folded

MAX_LINES = 10
MAX_CHARS = 1200
_MAX_LINE_CHARS = 240
_READ_BYTES = 1 << 20
"""Of a node's text."""
_FIRST_BYTES = 1 << 13
"""Of it are looked through first, and the rest where that holds more words of the question."""
_MOST_LINES_OF_A_WORD = 512
"""A word on more lines of a node than these counts, after them, where another word of the question stands."""
_FEW_LINES = 32
"""With words that the first bytes do not hold; the other words are looked for around them only."""
_TRIED = 16
"""Windows that tell most, of which an own one is looked for."""
_CLEARLY_MORE = 0.25
"""Of what the question tells: so much more must other lines hold to be shown in place of those that are nearer to the node."""
_HEAD_LINES = 2
_WIDTH = MAX_LINES - _HEAD_LINES - 1
_GAP = "…"
_MAX_ROOTS = 32
_REPEATED = 0.02
_EQUAL = 1e-9


Valued = tuple[float, int]
"""What a window tells, and its first line."""


class Snippet(NamedTuple):
    """What is shown of a node."""

    text: str
    line: int
    """Which line of the node's text tells most, from 0."""


class Snippets:
    """Cuts snippets for one question. `telling`: family of a term → its share of what the question tells."""

    def __init__(self, telling: Mapping[str, float]) -> None:
        strongest = sorted(telling.items(), key=lambda item: (-item[1], item[0]))[:_MAX_ROOTS]
        self._roots = [(_beginning(root), share) for root, share in strongest]
        self._shares: dict[int, float] = {}
        self._is_ascii = all(root.isascii() for root, _ in self._roots)

    def cut(self, source: bytes, nearest: tuple[int, int] | None = None, is_own: Callable[[int], bool] | None = None) -> Snippet:
        """The best lines of a node's text: its head, and the window that holds most of the question. Before those that hold
        little more of it go windows in `nearest`, bytes of the text that are nearest in meaning, and those whose best line
        `is_own`: asked by its number, from 0; no definition inside the node holds it.
        """
        from_byte, to_byte = (0, _FIRST_BYTES) if nearest is None else nearest
        before = source.count(b"\n", 0, from_byte)
        part = source[from_byte:to_byte].decode("utf-8", "replace").rstrip()
        part_lines, said = part.count("\n") + 1, self._said(self._without_capitals(part))
        if part_lines <= MAX_LINES and not before and to_byte >= len(source):
            return Snippet(_bounded(part.split("\n")), self._best_line(said, 0, part_lines))
        first = self._best_window(said, part_lines)
        line = before + self._best_line(said, first, first + _WIDTH)
        union = self._union(said, first)
        first += before
        text = part if to_byte - from_byte >= len(source) else source[:_READ_BYTES].decode("utf-8", "replace").rstrip()
        if text is not part:
            least = self._covered(union) + (_CLEARLY_MORE if nearest is not None else 0)
            first, line = self._elsewhere(text, union, least, is_own) or (first, line)
        return Snippet(_excerpt(text, first), line)

    def around(self, source: bytes, line: int) -> Snippet:
        """The lines of a node's text around one that is given, from 0, with its head."""
        text = source[:_READ_BYTES].decode("utf-8", "replace").rstrip()
        return Snippet(_excerpt(text, max(0, min(line, text.count("\n")) - _WIDTH // 2)), line)

    def _without_capitals(self, text: str) -> str:
        """As terms are, but for a long text that is asked with ASCII alone: of that only capitals go, since all forms of a
        megabyte take a millisecond.
        """
        return text.lower() if text.isascii() or (self._is_ascii and len(text) > _FIRST_BYTES) else folded(text)

    def _elsewhere(self, text: str, union: int, least: float, is_own: Callable[[int], bool] | None) -> tuple[int, int] | None:
        """(First line, best line) of the window of a whole text that tells most, if that is more than `least`, which a window
        with the words `union` tells; of those that tell little less the best one whose best line is the node's own.
        """
        missing = [(root, share) for number, (root, share) in enumerate(self._roots) if not union >> number & 1]
        known = self._covered(union)
        if known + sum(share for _, share in missing) <= least:
            return None
        text = self._without_capitals(text)
        if known + sum(share for root, share in missing if root in text) <= least:
            return None
        said = self._said_around(text, union)
        valued = list(self._valued(said, sorted(said), text.count("\n") + 1))
        best = max(value for value, _ in valued)
        if best <= least:
            return None
        near = sorted((one for one in valued if best - one[0] <= _CLEARLY_MORE), key=lambda one: -one[0])[:_TRIED]
        places: dict[int, int] = {}
        for _, start in near if is_own is not None else near[:1]:
            places.setdefault(self._best_line(said, start, start + _WIDTH), start)
        line = next((line for line in places if is_own is not None and is_own(line)), next(iter(places)))
        return _with_the_line_before(places[line], max(said)), line

    def _said_around(self, text: str, known: int) -> dict[int, int]:
        """As `_said`, of the lines that are in a window with a word that is not in `known`: no other window tells more."""
        said = self._said(text, ~known)
        if len(said) > _FEW_LINES:
            return self._said(text)
        lines = text.split("\n")
        near = {near for line in said for near in range(max(0, line - _WIDTH + 1), min(line + _WIDTH, len(lines)))}
        texts = [(at, lines[at]) for at in near]
        for number, (root, _) in enumerate(self._roots):
            if known >> number & 1:
                bit = 1 << number
                for at in [at for at, line in texts if root in line]:
                    said[at] = said.get(at, 0) | bit
        return said

    def _best_line(self, said: Mapping[int, int], first: int, end: int) -> int:
        """Which of these lines tells most of the question; the first of equals."""
        best, found = 0.0, first
        for line in range(first, end):
            if line in said and (value := self._covered(said[line])) > best:
                best, found = value, line
        return found

    def _best_window(self, said: Mapping[int, int], line_count: int) -> int:
        """Where the window begins that covers most of the question; the first of equals, as `_valued` gives them. One that adds no
        line that speaks to the window before it is a part of that, and tells no more.
        """
        numbers = sorted(said)
        count, last_start = len(numbers), max(0, line_count - _WIDTH)
        roots = [said[number] for number in numbers]
        best, best_start, to = 0.0, 0, 0
        for at, number in enumerate(numbers):
            start = number
            if number > last_start:
                start = last_start
                at = bisect_left(numbers, start)
            elif numbers[to] >= number + _WIDTH:
                continue
            to = bisect_left(numbers, start + _WIDTH, to)
            union = repeated = 0
            for of_line in roots[at:to]:
                union |= of_line
                repeated += of_line.bit_count()
            value = self._covered(union) + _REPEATED * repeated
            if value > best + _EQUAL:
                best, best_start = value, start
            if to == count:
                break
        return _with_the_line_before(best_start, numbers[-1] if numbers else 0)

    def _valued(self, said: Mapping[int, int], numbers: list[int], line_count: int) -> Iterator[Valued]:
        """The windows that begin where something is said, or as far before as the text ends. A word counts once, and a little
        when repeated.
        """
        shares, count, last_start = self._shares, len(numbers), max(0, line_count - _WIDTH)
        roots = [said[number] for number in numbers]
        counts = [of_line.bit_count() for of_line in roots]
        for at, number in enumerate(numbers):
            start, first = number, at
            if number > last_start:
                start = last_start
                while first and numbers[first - 1] >= start:
                    first -= 1
            end = start + _WIDTH
            union = repeated = 0
            while first < count and numbers[first] < end:
                union |= roots[first]
                repeated += counts[first]
                first += 1
            value = shares[union] if union in shares else self._covered(union)
            yield value + _REPEATED * repeated, start

    def _union(self, said: Mapping[int, int], first: int) -> int:
        """The roots in a window."""
        union = 0
        for line in range(first, first + _WIDTH):
            union |= said.get(line, 0)
        return union

    def _covered(self, roots: int) -> float:
        """What a set of roots tells together."""
        if roots not in self._shares:
            self._shares[roots] = sum(share for number, (_, share) in enumerate(self._roots) if roots >> number & 1)
        return self._shares[roots]

    def _said(self, text: str, of: int = -1) -> dict[int, int]:
        """Line number → the roots in it, one bit each, for the lines of a text in lower case that hold any. `of`: these roots."""
        said: dict[int, int] = {}
        frequent: list[tuple[int, str]] = []
        for number, (root, _) in enumerate(self._roots):
            line = counted = found = 0
            at = text.find(root) if of >> number & 1 else -1
            while at >= 0 and found < _MOST_LINES_OF_A_WORD:
                line += text.count("\n", counted, at)
                said[line] = said.get(line, 0) | 1 << number
                found += 1
                counted = text.find("\n", at)
                at = text.find(root, counted) if counted >= 0 else -1
            if at >= 0:
                frequent.append((1 << number, root))
        if frequent:
            lines = text.split("\n")
            for line in said:
                for bit, root in frequent:
                    if root in lines[line]:
                        said[line] |= bit
        return said


def _with_the_line_before(start: int, last: int) -> int:
    """A window that begins a line earlier, unless that leaves out the last line that speaks."""
    return max(0, start - 1) if start - 1 + _WIDTH > last else start


def _beginning(root: str) -> str:
    """What all words of a family begin with: a final y becomes an i in "queries"."""
    return root[:-1] if len(root) > 1 and root.endswith("y") else root


def _excerpt(text: str, first: int) -> str:
    """The window that begins with line `first`, from 0, after the head of the text; all of the text where it is short."""
    lines = text.split("\n", first + _WIDTH)
    if first <= _HEAD_LINES:
        return _bounded(lines if len(lines) <= MAX_LINES else [*lines[: MAX_LINES - 1], _GAP])
    return _bounded([*lines[:_HEAD_LINES], _GAP, *lines[first : first + _WIDTH]])


def _bounded(lines: list[str]) -> str:
    text = "\n".join([line.rstrip()[:_MAX_LINE_CHARS] for line in lines])
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1].rstrip() + _GAP
