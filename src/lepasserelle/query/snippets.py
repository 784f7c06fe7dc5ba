"""The lines of a node that say most about the question, from the indexed text.

Not the whole node: an answer is read by people and by programs with little room. Which lines speak is found by the beginnings
of the question's words: nothing is cut into terms here, so "offset" also speaks of "set".
Invariant: at most `MAX_LINES` lines and `MAX_CHARS` characters, in the order of the source, with `…` where lines were left out.
"""

from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple

MAX_LINES = 10
MAX_CHARS = 1200
_MAX_LINE_CHARS = 240
_READ_BYTES = 1 << 13
"""Of a node's text; what stands further down is found through the nodes nested in it, or through its windows."""
_READ_ALL_BYTES = 1 << 17
"""Of one that has windows, where none of them was chosen."""
_HEAD_LINES = 2
_HEAD_BYTES = 1 << 11
_GAP = "…"
_MAX_ROOTS = 32
_REPEATED = 0.02
_EQUAL = 1e-9


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

    def cut(self, source: bytes, within: tuple[int, int] | None = None, reads_all: bool = False) -> Snippet:
        """The best lines of a node's text: its head, and the window that holds most of the question. `within`: bytes of the
        text that are looked through, if not its beginning. `reads_all`: more of it than the beginning is.
        """
        most_bytes = _READ_ALL_BYTES if reads_all else _READ_BYTES
        start, end = within if within is not None else (0, most_bytes)
        before = source.count(b"\n", 0, start)
        if before <= _HEAD_LINES:
            start = before = 0
        text = source[start : min(end, start + most_bytes)].decode("utf-8", "replace").rstrip()
        lines, said = text.split("\n"), self._said(text.lower())
        if not before and len(lines) <= MAX_LINES:
            return Snippet(_bounded(lines), self._best_line(said, 0, len(lines)))
        width = MAX_LINES - _HEAD_LINES - 1
        first = self._best_window(said, len(lines), width)
        line = before + self._best_line(said, first, first + width)
        if before + first <= _HEAD_LINES:
            return Snippet(_bounded([*lines[: MAX_LINES - 1], _GAP]), line)
        head = source[:_HEAD_BYTES].decode("utf-8", "replace").split("\n") if before else lines
        return Snippet(_bounded([*head[:_HEAD_LINES], _GAP, *lines[first : first + width]]), line)

    def _best_line(self, said: Mapping[int, int], first: int, end: int) -> int:
        """Which of these lines tells most of the question; the first of equals."""
        best, found = 0.0, first
        for line, roots in said.items():
            if first <= line < end:
                value = self._covered(roots)
                if value > best or (value == best and line < found):
                    best, found = value, line
        return found

    def _best_window(self, said: Mapping[int, int], line_count: int, width: int) -> int:
        """Where the window begins that covers most of the question; the first of equals. A word counts once, and a
        little when repeated.
        """
        numbers = sorted(said)
        best, best_start, first = 0.0, 0, 0
        for number in numbers:
            start = min(number, line_count - width)
            while numbers[first] < start:
                first += 1
            union = repeated = 0
            for line in numbers[first : bisect_left(numbers, start + width, first)]:
                union |= said[line]
                repeated += said[line].bit_count()
            value = self._covered(union) + _REPEATED * repeated
            if value > best + _EQUAL:
                best, best_start = value, start
        return max(0, best_start - 1) if best_start - 1 + width > (numbers[-1] if numbers else 0) else best_start

    def _covered(self, roots: int) -> float:
        """What a set of roots tells together."""
        if roots not in self._shares:
            self._shares[roots] = sum(share for number, (_, share) in enumerate(self._roots) if roots >> number & 1)
        return self._shares[roots]

    def _said(self, text: str) -> dict[int, int]:
        """Line number → the roots in it, one bit each, for the lines of a text in lower case that hold any."""
        said: dict[int, int] = {}
        for number, (root, _) in enumerate(self._roots):
            line = counted = 0
            at = text.find(root)
            while at >= 0:
                line += text.count("\n", counted, at)
                said[line] = said.get(line, 0) | 1 << number
                counted = text.find("\n", at)
                at = text.find(root, counted) if counted >= 0 else -1
        return said


def _beginning(root: str) -> str:
    """What all words of a family begin with: a final y becomes an i in "queries"."""
    return root[:-1] if len(root) > 1 and root.endswith("y") else root


def _bounded(lines: list[str]) -> str:
    text = "\n".join([line.rstrip()[:_MAX_LINE_CHARS] for line in lines])
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1].rstrip() + _GAP
