"""The lines of a damaged file and how far each is indented: what its author meant to belong together, whatever the brackets say.

A *stretch* is a run of whole lines. Used only for files that the grammar did not understand; knows nothing of grammars.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_TAB = 8
_FEW = 8
_CONTINUES = re.compile(
    rb"[)\]}{>,;|&.*]|:(?!\w)|=(?!begin|end)|(?:end|done|fi|esac|else|elif|elsif|elseif|except|finally|rescue|ensure|catch)\b"
    rb"|(?:then|do|of|where|in|case(?! class| object)|default|when|after)(?![\w(:.=]|\s*[=({])"
    rb"|(?:public|protected|private|signals|slots|module_function)\s*(?::|$)"
)
"""What a line cannot begin with that begins something: closing brackets and words, operators, labels."""

_CLOSED = re.compile(rb"(?:[)\]}]+|end\b)[;,)\]]*\s*(?://.*)?$")
_COMMENT = re.compile(rb"\s*(?://|(?:#|--)(?:\s|$)|#(?:end)?region\b|/\*.*\*/\s*$)")
_MACRO = re.compile(rb"\s*#\s*define\b")
_HEREDOC = re.compile(rb"<<[-~<]?[\"']?([A-Z_][A-Z_0-9]+)\b")
_WORD = re.compile(rb"\s*([A-Z_][A-Z_0-9]+)\b")
_STRAY = (b"(", b"[", b"{", b'"', b"'", b"`")
_MARKS = (b'"""', b"'''")
_TEXT_OPENS = re.compile(rb"""\w{0,2}(?:\"{3}|'{3})[\w\s<(:\\`*].*|.*(?:[=(,\[:]\s*|@\w+\s+)[\w~]{0,2}(?:\"{3}|'{3})\\?$""")
_TEXT_CLOSES = re.compile(rb"""[^"']+(?:\"{3}|'{3})[\s),;.\]]*$""")
_CLOSES = re.compile(rb"[}]|end\b")
_PROLONGS = re.compile(rb"\{\s*(?://.*)?$|[)\]>].*(?:[{(:=>]|\bdo|\bthen)$")
_PAIRS = ((b"(", b")"), (b"[", b"]"), (b"{", b"}"))
_SHUT = frozenset({b")", b"]"})
"""A line that begins so and ends in a colon closes a head of many lines, unless the head has closed already (`class K:`)."""
_NAMED = re.compile(rb"\}\s*/[/*]\s*(?:end\s+)?(?:of\s+)?(?:anonymous\s+)?namespace\b")
_OPENS = re.compile(rb"(?:[{(\[]|\b(?:do|begin))\s*(?://.*)?$")


class Stretch(NamedTuple):
    """A run of lines, 0-based, half open."""

    first: int
    stop: int


class Inside(NamedTuple):
    """A stretch taken apart: the lines before what it holds, what it holds, the lines that close it."""

    head: Stretch
    held: Stretch
    tail: Stretch


class Outline:
    """Indentation of every line. A line that cannot begin something (`}`, `else`, `end`) continues what stands before it."""

    __slots__ = (
        "_begins",
        "_closed",
        "_closes",
        "_headed",
        "_named",
        "_opens",
        "_prolongs",
        "_shuts",
        "indents",
        "starts",
        "unseen",
    )

    def __init__(self, text: bytes, unseen: re.Pattern[bytes] | None = None) -> None:
        self.starts = [0]
        """First byte of each line, and the end of the text."""
        self.indents: list[int] = []
        """Columns before the first character; -1 on a blank line and on one that is not to be seen."""
        self.unseen: list[int] = []
        """Lines that match the pattern, and those that go on with one behind a backslash."""
        self._begins: list[bool] = []
        self._closes: list[bool] = []
        self._opens: list[bool] = []
        self._named: list[bool] = []
        self._prolongs: list[bool] = []
        self._closed: list[bool] = []
        self._headed: list[bool] = []
        self._shuts: list[bool] = []
        lines = text.split(b"\n")
        goes_on = False
        for line in lines:
            bare = line.strip()
            hidden = unseen is not None and (goes_on or (bool(bare) and unseen.match(bare) is not None))
            goes_on = hidden and bare.endswith(b"\\")
            if hidden:
                self.unseen.append(len(self.indents))
            self.starts.append(min(self.starts[-1] + len(line) + 1, len(text)))
            self._add(line, b"" if hidden else bare)

        for first, last in _texts(lines):
            self._begins[first + 1 : last + 1] = [False] * (last - first)
        macros = self._macros(lines) if unseen is not None else set()
        self._move_strays(lines)
        self._move_comments(lines, macros)

    def _add(self, line: bytes, bare: bytes) -> None:
        self.indents.append(len(line[: line.index(bare)].expandtabs(_TAB)) if bare else -1)
        self._begins.append(bool(bare) and _CONTINUES.match(bare) is None)
        self._closes.append(_CLOSES.match(bare) is not None)
        self._opens.append(_OPENS.search(bare) is not None)
        self._prolongs.append(_PROLONGS.match(bare) is not None)
        self._named.append(_NAMED.match(bare) is not None)
        self._closed.append(_CLOSED.match(bare) is not None)
        self._headed.append(bare.endswith(b":") and all(bare.count(left) == bare.count(right) for left, right in _PAIRS))
        self._shuts.append(bare[:1] in _SHUT and bare.endswith(b":"))

    def _macros(self, lines: list[bytes]) -> set[int]:
        """Lines that define a macro; further lines of it say nothing of how far the code around is indented."""
        found = {line for line, text in enumerate(lines) if _MACRO.match(text) is not None}
        for line in found:
            while lines[line].rstrip().endswith(b"\\") and line + 1 < len(lines):
                line += 1
                self.indents[line], self._begins[line] = -1, False
        return found

    def _move_comments(self, lines: list[bytes], macros: set[int]) -> None:
        """A comment begins with what it stands before, however far it is indented itself; so does the definition of a macro."""
        following = self.count
        for line in range(self.count - 1, -1, -1):
            if self.indents[line] < 0:
                continue
            if _COMMENT.match(lines[line]) is None and line not in macros:
                following = line
            elif following < self.count:
                self.indents[line] = self.indents[following]
                self._begins[line] = self._begins[line] and self._begins[following]

    def _move_strays(self, lines: list[bytes]) -> None:
        """A bracket or quote between lines that are indented deeper hides how far its own line is."""
        seen = [line for line in range(self.count) if self.indents[line] >= 0]
        for before, line, after in zip(seen, seen[1:], seen[2:], strict=False):
            if self.indents[before] > self.indents[line] < self.indents[after] and lines[line].lstrip()[:1] in _STRAY:
                self.indents[line] = self.indents[after]

    @property
    def count(self) -> int:
        """Number of lines."""
        return len(self.indents)

    def members(self, stretch: Stretch) -> list[Stretch]:
        """The stretch cut before each of its outermost lines; one that closes what stands around is a member too."""
        if stretch.first == stretch.stop:
            return []
        indents = self.indents
        inner = self._inner([line for line in range(stretch.first, stretch.stop) if self._begins[line]])
        cuts = []
        was_closed = False
        for line in range(stretch.first, stretch.stop):
            if 0 <= indents[line] <= inner:
                if line > stretch.first and (self._begins[line] or (was_closed and self._closes[line]) or self._named[line]):
                    cuts.append(line)
                was_closed = self._closed[line]
        return [Stretch(first, stop) for first, stop in zip([stretch.first, *cuts], [*cuts, stretch.stop], strict=True)]

    def _inner(self, lines: list[int]) -> int:
        """How far the outermost of these lines are indented; one stray line among many does not count."""
        seen = Counter(self.indents[line] for line in lines)
        if len(lines) > _FEW:
            first = self.indents[lines[0]]
            seen = Counter({indent: number for indent, number in seen.items() if number > 1 or indent == first})
        return min(seen, default=0)

    def frames(self, members: list[Stretch]) -> list[Inside]:
        """Pairs of a member that only opens and one that only closes: what stands between is not indented, and is held by them."""
        found: list[Inside] = []
        open_ones: list[Stretch] = []
        for member in members:
            lines = [line for line in range(member.first, member.stop) if self.indents[line] >= 0]
            if len(lines) == 1 and self._opens[lines[0]]:
                open_ones.append(member)
            elif open_ones and lines and self._closes[lines[0]]:
                head = open_ones.pop()
                found = [each for each in found if each.head.first < head.first]
                found.append(Inside(head, Stretch(head.stop, member.first), member))
        return found

    def inside(self, stretch: Stretch) -> Inside | None:
        """Head, content and tail of a stretch; None when it holds nothing that is indented deeper."""
        indents = self.indents
        outer = indents[stretch.first]
        deeper = [line for line in range(stretch.first + 1, stretch.stop) if indents[line] > outer and self._begins[line]]
        if not deeper:
            return None
        inner = self._inner(deeper)
        begin = next(line for line in deeper if indents[line] == inner)
        is_whole = self._headed[begin - 1]
        for line in range(begin + 1, deeper[-1]):
            if 0 <= indents[line] <= outer and self._prolongs[line] and not (is_whole and self._shuts[line]):
                begin = line + 1
        end = stretch.stop
        while end > begin and indents[end - 1] < inner and not self._begins[end - 1]:
            end -= 1
        return Inside(Stretch(stretch.first, begin), Stretch(begin, end), Stretch(end, stretch.stop))


def _texts(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    """First and last line of texts and comments that go over many lines.

    A mark that is missing must not turn the rest of the file inside out: what is followed by a mark that surely opens was not open.
    """
    yield from _heredocs(lines)
    opened, mark, before = -1, b"", b""
    for number, line in enumerate(lines):
        bare = line.strip()
        found = _mark(bare, mark)
        if found:
            opens = _surely_opens(line, bare, before, is_comment=found == b"*/" != mark)
            if opened >= 0 and not opens:
                if found == mark:
                    yield opened, number
                    opened, mark = -1, b""
            elif opens or not _TEXT_CLOSES.match(bare):
                opened, mark = number, found
        before = line


def _heredocs(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    ends: dict[bytes, list[int]] = {}
    for number, line in enumerate(lines):
        word = _WORD.match(line)
        if word is not None:
            ends.setdefault(word.group(1), []).append(number)
    for number, line in enumerate(lines):
        for found in _HEREDOC.finditer(line):
            places = ends.get(found.group(1), [])
            place = bisect_right(places, number)
            if place < len(places):
                yield number, places[place]


def _surely_opens(line: bytes, bare: bytes, before: bytes, *, is_comment: bool) -> bool:
    """A docstring stands after a head and deeper than it."""
    if is_comment or _TEXT_OPENS.match(bare) is not None:
        return True
    return before.endswith(b":") and len(before) - len(before.lstrip()) < len(line) - len(line.lstrip())


def _mark(bare: bytes, inside: bytes) -> bytes:
    """What the text ends with that the line opens or, being inside one, closes; empty when it does neither."""
    if inside == b"*/" or bare.startswith(b"/*"):
        return b"*/" if (b"*/" in bare) == (inside == b"*/") else b""
    return next((mark for mark in _MARKS if bare.count(mark) % 2), b"")
