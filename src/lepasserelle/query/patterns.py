"""What to look for in lines: a text as it stands, or a regular expression; with or without case, anywhere or as whole words.

A text is looked for by `bytes.find`, everything else by RE2, whose time grows with the text and not with the pattern's tricks, and
whose memory is bounded (docs/decisions/195). A regular expression matches within a line. Not here: which files (`query.needed` says
what they must hold), and what a line is shown as (`query.literal`). Invariant: a pattern that was read answers in linear time.
"""

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.late import late
from lepasserelle.lexical.trigram_index import Every, Holds, Needed
from lepasserelle.query.dialects import as_re2, refused_in_re2
from lepasserelle.query.line_ends import asks_for_line_end
from lepasserelle.query.needed import may_ignore_case, needed_by_pattern, needed_by_text

MOST_CHARS: Final = 2000
ENGINE_BYTES: Final = 8 << 20
"""What RE2 may take for a pattern and its automaton."""

_WORD: Final = r"\pL\pM\p{Nd}\p{Nl}\p{Pc}\x{200c}\x{200d}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}"
"""What ripgrep takes for a letter of a word (Unicode's UTS 18, annex C): beside letters, marks and digits what joins them, and
letters in circles and squares; neither `²` nor `½`."""
MOST_REPEATED: Final = 1000
"""What RE2 lets a repetition count to."""
_TOLD_CHARS: Final = 80
_BEYOND: Final = late(r"\(\?(?:[=!>]|<[=!]|P=|\()|\\[1-9]|\\[kg][<{'0-9]")
"""Looking around, back-references by number or name, groups that do not give back, conditions."""
_LEAST_TELLING: Final = 4
"""Bytes of a text that is looked for before the pattern; one that the pattern begins with the engine looks for by itself."""
_PIECE_BYTES: Final = 1 << 14
_MOST_IN_VAIN: Final = 32
"""Lines with that text and without a match, one after the other, until the engine reads on by itself."""


Engine = Callable[[bytes, int, int], int]
"""(text, where to begin, where to end) → where the first match begins, -1: there is none."""


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


class OutOfTime(Exception):  # noqa: N818 - no error: what was found until then is the answer
    """The time that a search may take is over."""


class Watch:
    """Until when a matcher may search. The engine looks at it again and again, also within one text."""

    def __init__(self) -> None:
        self._clock: Callable[[], float] = time.monotonic
        self._until_s = math.inf

    def set(self, clock: Callable[[], float], until_s: float) -> None:
        """From now on `look` raises when the clock is behind `until_s`."""
        self._clock, self._until_s = clock, until_s

    def look(self) -> None:
        """Raises `OutOfTime`."""
        if self._clock() > self._until_s:
            raise OutOfTime


class Matcher(msgspec.Struct, frozen=True):
    """A pattern that was read."""

    needed: Needed
    """What a file with a match must hold."""
    find: Callable[[bytes, int], int]
    """(text, where to begin) → where the next match begins, -1: there is none. Raises `OutOfTime` when `watch` says so."""
    watch: Watch = msgspec.field(default_factory=Watch)


def matcher(pattern: Pattern) -> Matcher:
    """Raises `QueryError` for what cannot be looked for, with what is wrong with it."""
    raw = _bytes(pattern.text)
    if pattern.is_plain:
        return Matcher(needed_by_text(raw, ignore_case=False), lambda data, start: data.find(raw, start))
    if "\n" in pattern.text or (pattern.is_regex and asks_for_line_end(pattern.text)):
        raise QueryError(
            "a line end is asked for (`\\n`), and a match lies within a line; `$` is the end of a line, and mode `literal` finds a "
            "text of several lines, with case and not as a whole word"
        )
    if pattern.is_regex and (why := refused_in_re2(pattern.text)):
        raise QueryError(f"the regular expression {_shortened(pattern.text)!r} cannot be used: {why}")
    watch = Watch()
    engine = _in_pieces(_engine(raw, pattern), watch)
    if not pattern.is_regex:
        return Matcher(needed_by_text(raw, ignore_case=pattern.ignore_case), _finder(engine), watch)
    needed = needed_by_pattern(pattern.text, ignore_case=pattern.ignore_case)
    telling = b"" if may_ignore_case(pattern.text, ignore_case=pattern.ignore_case) else _telling(needed)
    is_worth_it = len(telling) >= _LEAST_TELLING and not raw.startswith(telling)
    return Matcher(needed, _finder_by(telling, engine) if is_worth_it else _finder(engine), watch)


def _bytes(text: str) -> bytes:
    """As a file holds it; what a command line gave as bytes that are no text is those bytes again."""
    if not text:
        raise QueryError("there is no text to look for; give at least one character")
    if len(text) > MOST_CHARS:
        raise QueryError(f"a text or pattern has at most {MOST_CHARS} characters, this one {len(text)}; look for a part of it")
    try:
        return _bytes_of(text)
    except UnicodeEncodeError as error:
        raise QueryError("the text to look for holds half of a character (a lone surrogate); leave that out") from error


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _engine(raw: bytes, pattern: Pattern) -> Engine:
    re2 = _re2()
    quoted = _bytes_of(as_re2(pattern.text)) if pattern.is_regex else re2.escape(raw)
    if pattern.is_regex:
        _compiled(re2, raw, pattern)
    if pattern.whole_word:
        around = _WORD.encode()
        quoted = b"(?:^|[^%s])(?:%s)(?:$|[^%s])" % (around, quoted, around)
    flags = b"(?mi)" if pattern.ignore_case else b"(?m)"
    compiled = _compiled(re2, flags + quoted, pattern)
    return _direct(re2, compiled) or _wrapped(compiled)


def _direct(re2: Any, compiled: Any) -> Engine | None:  # noqa: ANN401
    """RE2 itself, without the wrapper that makes a generator and a record for every call: a third of the time of a line
    (docs/decisions/286). None where another release of the package has it under another name.
    """
    match = getattr(getattr(compiled, "_regexp", None), "Match", None)
    anywhere = getattr(getattr(re2, "_Anchor", None), "UNANCHORED", None)
    if match is None or anywhere is None:
        return None

    def begin(data: bytes, start: int, end: int) -> int:
        found: int = match(anywhere, data, start, end)[0][0]
        return found

    return begin if _works(begin) else None


def _works(engine: Engine) -> bool:
    """Whether it takes and gives what it is taken for."""
    try:
        return isinstance(engine(b"", 0, 0), int)
    except (TypeError, LookupError):
        return False


def _wrapped(compiled: Any) -> Engine:  # noqa: ANN401
    """RE2 by what its package promises."""

    def begin(data: bytes, start: int, end: int) -> int:
        found = compiled.search(data, start, end)
        return -1 if found is None else int(found.start())

    return begin


def _in_pieces(engine: Engine, watch: Watch) -> Engine:
    """Searches some lines at a time, and looks at the watch between: a pattern that the engine cannot keep an automaton of takes
    seconds for a megabyte. One long line is one piece.
    """

    def search(data: bytes, start: int, end: int) -> int:
        watch.look()
        while end - start > _PIECE_BYTES and (border := data.find(b"\n", start + _PIECE_BYTES, end)) >= 0:
            found = engine(data, start, border)
            if found >= 0:
                return found
            watch.look()
            start = border + 1
        return engine(data, start, end)

    return search


def _finder(engine: Engine) -> Callable[[bytes, int], int]:
    def find(data: bytes, start: int) -> int:
        size = len(data)
        return engine(data, start, size) if start <= size else -1

    return find


def _finder_by(telling: bytes, engine: Engine) -> Callable[[bytes, int], int]:
    """As `_finder`, of a pattern whose every match holds `telling`: only lines that hold it are looked at, which takes a third of
    the time where they are few. Where many of them have no match, the engine reads on by itself.
    """
    everywhere = _finder(engine)

    def find(data: bytes, start: int) -> int:
        at = data.find(telling, start)
        for _ in range(_MOST_IN_VAIN):
            if at < 0:
                return -1
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            found = engine(data, _line_begin(data, start, at), end)
            if found >= 0:
                return found
            at = data.find(telling, end)
        return everywhere(data, _line_begin(data, start, at)) if at >= 0 else -1

    return find


def _line_begin(data: bytes, start: int, at: int) -> int:
    return max(start, data.rfind(b"\n", start, at) + 1)


def _telling(needed: Needed) -> bytes:
    """The longest text that every match holds; empty: there is none."""
    parts = needed.of if isinstance(needed, Every) else (needed,)
    return max((part.text for part in parts if isinstance(part, Holds)), key=len, default=b"")


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
        raise QueryError(
            f"the regular expression {_shortened(pattern.text)!r} cannot be used: {_reason(error)}{_hint(pattern.text, error)}"
        ) from error


def _shortened(expression: str) -> str:
    return expression if len(expression) <= _TOLD_CHARS else expression[:_TOLD_CHARS] + "…"


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _hint(pattern: str, error: Exception) -> str:
    if "repetition size" in _reason(error):
        return (
            f". A repetition counts to {MOST_REPEATED:,} at most, those inside each other multiplied; write several in a row: "
            "`.{1000}.{500}` for 1,500"
        )
    if "too large" in _reason(error):
        return (
            f". It may take {ENGINE_BYTES >> 20} MiB, in which a repetition counts as often as it repeats, and a class of many "
            "characters (`\\pL`) for much; shorten the repetitions"
        )
    if _BEYOND.search(pattern):
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
