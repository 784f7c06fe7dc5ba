"""What to look for in lines: a text as it stands, or a regular expression; with or without case, anywhere or as whole words.

A text is looked for by `bytes.find`, everything else by RE2, whose time grows with the text and not with the pattern's tricks, and
whose memory is bounded (docs/decisions/195). A regular expression matches within a line. Not here: which files (`query.needed` says
what they must hold), and what a line is shown as (`query.literal`). Invariant: a pattern that was read answers in linear time.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.lexical.trigram_index import Needed
from lepasserelle.query.needed import needed_by_pattern, needed_by_text

MOST_CHARS: Final = 2000
ENGINE_BYTES: Final = 8 << 20
"""What RE2 may take for a pattern and its automaton."""

_WORD: Final = r"\pL\pM\pN_"
_TOLD_CHARS: Final = 80


class Pattern(msgspec.Struct, frozen=True):
    """What is looked for."""

    text: str
    is_regex: bool = False
    ignore_case: bool = False
    whole_word: bool = False

    @property
    def is_plain(self) -> bool:
        """A text that is found as it stands, which may go over several lines."""
        return not (self.is_regex or self.ignore_case or self.whole_word)


class Matcher(msgspec.Struct, frozen=True):
    """A pattern that was read."""

    needed: Needed
    """What a file with a match must hold."""
    find: Callable[[bytes, int], int]
    """(text, where to begin) → where the next match begins, -1: there is none."""


def matcher(pattern: Pattern) -> Matcher:
    """Raises `QueryError` for what cannot be looked for, with what is wrong with it."""
    raw = _bytes(pattern.text)
    if pattern.is_plain:
        return Matcher(needed_by_text(raw, ignore_case=False), lambda data, start: data.find(raw, start))
    find = _engine(raw, pattern)
    if pattern.is_regex:
        return Matcher(needed_by_pattern(pattern.text, ignore_case=pattern.ignore_case), find)
    return Matcher(needed_by_text(raw, ignore_case=pattern.ignore_case), find)


def _bytes(text: str) -> bytes:
    """As a file holds it; what a command line gave as bytes that are no text is those bytes again."""
    if not text:
        raise QueryError("there is no text to look for; give at least one character")
    if len(text) > MOST_CHARS:
        raise QueryError(f"a text or pattern has at most {MOST_CHARS} characters, this one {len(text)}; look for a part of it")
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise QueryError("the text to look for holds half of a character (a lone surrogate); leave that out") from error


def _engine(raw: bytes, pattern: Pattern) -> Callable[[bytes, int], int]:
    re2 = _re2()
    quoted = raw if pattern.is_regex else re2.escape(raw)
    if pattern.is_regex:
        _compiled(re2, raw, pattern)
    if pattern.whole_word:
        around = _WORD.encode()
        quoted = b"(?:^|[^%s])(?:%s)(?:$|[^%s])" % (around, quoted, around)
    flags = b"(?mi)" if pattern.ignore_case else b"(?m)"
    search = _compiled(re2, flags + quoted, pattern).search

    def find(data: bytes, start: int) -> int:
        found = search(data, start)
        return -1 if found is None else int(found.start())

    return find


def _re2() -> Any:  # noqa: ANN401 - a module without types
    """Loaded when it is needed: most questions do not."""
    try:
        import re2
    except ImportError as error:
        raise QueryError(
            "regular expressions, and text without case or as whole words, need google-re2, which is not installed here: "
            "`pip install google-re2`. Exact text is found without it"
        ) from error
    return re2


def _compiled(re2: Any, expression: bytes, pattern: Pattern) -> Any:  # noqa: ANN401
    options = re2.Options()
    options.never_nl = True
    options.never_capture = True
    options.log_errors = False
    options.max_mem = ENGINE_BYTES
    try:
        return re2.compile(expression, options)
    except re2.error as error:
        shown = pattern.text if len(pattern.text) <= _TOLD_CHARS else pattern.text[:_TOLD_CHARS] + "…"
        raise QueryError(f"the regular expression {shown!r} cannot be used: {_reason(error)}{_hint(pattern.text)}") from error


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _hint(pattern: str) -> str:
    if any(sign in pattern for sign in ("(?=", "(?!", "(?<=", "(?<!", "\\1", "\\2", "(?>")):
        return ". Looking around and back-references are not part of the syntax (RE2), which is what bounds the time"
    return ". For exactly this text, use mode `literal`"


def places(data: bytes, find: Callable[[bytes, int], int]) -> Iterator[tuple[int, int]]:
    """Where in each line that has a match the first one begins, and where that line ends."""
    at = find(data, 0)
    last = len(data) - data.endswith(b"\n") if data else -1
    while 0 <= at <= last:  # behind the last line end no line begins
        end = data.find(b"\n", at)
        if end < 0:
            yield at, len(data)
            return
        yield at, end
        at = find(data, end + 1)
