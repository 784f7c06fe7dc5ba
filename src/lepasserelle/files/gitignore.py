"""One ignore file, compiled: which entries does it exclude, which does it bring back?

Not here: finding ignore files and combining several of them (see `ignore`). Invariant: `IgnoreFile.verdict` says of a single
entry what git's own `last_matching_pattern_from_list` (dir.c) would say of it; entries below an excluded folder are never asked
about. Patterns and names are compared byte by byte, as git does: both are held as text in which each character is one byte
(latin-1).
"""

import re
from functools import lru_cache
from typing import Final

from lepasserelle.late import late

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_GLOB: Final = late(r"[*?\[\\]")

_CLASSES: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \t",
    "cntrl": "\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": " \t\n\v\f\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


def as_bytes_text(name: str) -> str:
    """A name as `os` gives it → text with one character a byte."""
    return name if name.isascii() else name.encode("utf-8", "surrogateescape").decode("latin-1")


class IgnoreFile:
    """The patterns of one ignore file; paths given to it are relative to the folder that holds it."""

    __slots__ = ("_globs", "_literals", "_paths", "_rules", "_suffixes", "has_exceptions", "needs_path")

    def __init__(self, content: bytes) -> None:
        rules = [rule for line in _lines(content) if (rule := _Rule.parse(line)) is not None]
        self._rules = rules[::-1]
        # A cheap question ("can anything match?") stands before the exact one, because almost nothing is ever ignored.
        self._literals = frozenset(rule.literal for rule in rules if rule.literal)
        self._suffixes = tuple({rule.suffix for rule in rules if rule.suffix})
        self._globs = _any_of([rule.regex for rule in rules if rule.regex and not rule.by_path])
        self._paths = _any_of([rule.regex for rule in rules if rule.regex and rule.by_path])
        self.needs_path = self._paths is not None
        self.has_exceptions = any(rule.negated for rule in rules)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def verdict(self, name: str, path: str, is_folder: bool) -> bool | None:
        """True: excluded, False: brought back, None: nothing said. `name` is the last part of `path`, both as bytes text."""
        if (
            name not in self._literals
            and not name.endswith(self._suffixes)
            and not (self._globs is not None and self._globs.match(name))
            and not (self._paths is not None and self._paths.match(path))
        ):
            return None
        for rule in self._rules:
            if rule.matches(name, path, is_folder):
                return not rule.negated
        return None


class _Rule:
    """One pattern, in the one of three forms that is cheapest to ask: a whole name, the end of a name, a regular expression."""

    __slots__ = ("_compiled", "by_path", "literal", "negated", "only_folders", "regex", "suffix")

    def __init__(
        self, *, negated: bool, only_folders: bool, by_path: bool, literal: str = "", suffix: str = "", regex: str = ""
    ) -> None:
        self.negated = negated
        self.only_folders = only_folders
        self.by_path = by_path
        self.literal = literal
        self.suffix = suffix
        self.regex = regex
        self._compiled = re.compile(regex, re.DOTALL) if regex else None

    @classmethod
    def parse(cls, line: str) -> "_Rule | None":
        """A line without its end; None when it says nothing (empty, a comment, a pattern that can match nothing)."""
        text = _without_trailing_spaces(line)
        negated = text.startswith("!")
        text = text[1:] if negated else text
        only_folders = text.endswith("/")
        text = text[:-1] if only_folders else text
        if not text:
            return None
        by_path = "/" in text
        if by_path:
            regex = path_regex(text[1:] if text[0] == "/" else text)
            return None if regex is None else cls(negated=negated, only_folders=only_folders, by_path=True, regex=regex)
        if not _GLOB.search(text):
            return cls(negated=negated, only_folders=only_folders, by_path=False, literal=text)
        if text[0] == "*" and len(text) > 1 and not _GLOB.search(text, 1):
            return cls(negated=negated, only_folders=only_folders, by_path=False, suffix=text[1:])
        regex = glob_regex(text, slashes=False)
        return None if regex is None else cls(negated=negated, only_folders=only_folders, by_path=False, regex=regex)

    def matches(self, name: str, path: str, is_folder: bool) -> bool:
        if self.only_folders and not is_folder:
            return False
        if self._compiled is not None:
            return self._compiled.match(path if self.by_path else name) is not None
        return name == self.literal if self.literal else name.endswith(self.suffix)


def _lines(content: bytes) -> list[str]:
    """The lines of an ignore file that may be patterns, as bytes text."""
    text = content.removeprefix(_UTF8_MARK).decode("latin-1")
    lines = (line.removesuffix("\r") for line in text.split("\n"))
    return [line.split("\0", 1)[0] for line in lines if line and line[0] != "#"]


def _without_trailing_spaces(line: str) -> str:
    """Blanks at the end go, unless a backslash keeps them (only blanks: tabs stay, as in git)."""
    end, at = 0, 0
    while at < len(line):
        step = 2 if line[at] == "\\" else 1
        at += step
        if line[at - step] != " ":
            end = at
    return line[: max(end, 0)] if end < len(line) else line


def _any_of(regexes: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{regex})" for regex in regexes), re.DOTALL) if regexes else None


@lru_cache(maxsize=4096)
def path_regex(pattern: str) -> str | None:
    """A pattern with slashes, without the leading one → a regular expression for whole relative paths; None: matches nothing.

    git compares the text before the first special character by itself and hands only the rest to its glob matcher; so `a**/b` spans
    folders although `**` is no whole part of it. That is kept.
    """
    special = _GLOB.search(pattern)
    if special is None:
        return re.escape(pattern) + r"\Z"
    rest = glob_regex(pattern[special.start() :], slashes=True)
    return None if rest is None else re.escape(pattern[: special.start()]) + rest


@lru_cache(maxsize=4096)
def glob_regex(pattern: str, *, slashes: bool) -> str | None:
    """The wildmatch of git (wildmatch.c) as a regular expression to the end of the text; None when the pattern can match nothing.

    `slashes`: `*`, `?` and sets do not match a slash, and `**` between slashes spans folders. No pattern makes the expression
    backtrack exponentially: see `_assembled`.
    """
    pieces = _pieces(pattern, slashes)
    return None if pieces is None else _assembled(pieces) + r"\Z"


_STAR: Final = "[^/]*"
_ANY: Final = ".*"
_DEEP: Final = "(?:.*/)?"


def _pieces(pattern: str, slashes: bool) -> list[str] | None:
    """The expression in pieces, of which `_STAR`, `_ANY` and `_DEEP` stand for stars; None when the pattern can match nothing."""
    pieces: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "*":
            piece, at = _stars(pattern, at, slashes)
        elif char == "?":
            piece, at = "[^/]" if slashes else ".", at + 1
        elif char == "[":
            found = _bracket(pattern, at, slashes)
            if found is None:
                return None
            piece, at = found
        elif char == "\\":
            if at + 1 == len(pattern):
                return None
            piece, at = re.escape(pattern[at + 1]), at + 2
        else:
            piece, at = re.escape(char), at + 1
        pieces.append(piece)
    return pieces


def _assembled(pieces: list[str]) -> str:
    """The pieces joined so that the time is polynomial: the first place where what follows a star fits is as good as any later one
    when another star of the same reach comes after it, so that place is never reconsidered (atomic groups).
    """
    parts: list[list[str]] = [[]]
    for piece in pieces:
        if piece is _DEEP:
            parts.append([])
        else:
            parts[-1].append(piece)
    flat = [_flat(part) for part in parts]
    if len(flat) == 1:
        return flat[0]
    return flat[0] + "".join(f"(?>(?:.*?/)??{part})" for part in flat[1:-1]) + _DEEP + flat[-1]


def _flat(pieces: list[str]) -> str:
    """Pieces without `_DEEP`; all stars but the last are matched lazily and once."""
    done, star, fixed = "", "", ""
    for piece in pieces:
        if piece is _STAR or piece is _ANY:
            done += f"(?>{star}?{fixed})" if star else fixed
            star, fixed = piece, ""
        else:
            fixed += piece
    return done + star + fixed


def _stars(pattern: str, at: int, slashes: bool) -> tuple[str, int]:
    """The piece for the run of stars at `at`, and where the pattern goes on."""
    end = at
    while end < len(pattern) and pattern[end] == "*":
        end += 1
    if not slashes:
        return _ANY, end
    whole_part = (at == 0 or pattern[at - 1] == "/") and (end == len(pattern) or pattern[end] == "/")
    if end - at == 1 or not whole_part:
        return _STAR, end
    return (_ANY, end) if end == len(pattern) else (_DEEP, end + 1)


def _bracket(pattern: str, at: int, slashes: bool) -> tuple[str, int] | None:
    """The set that opens at `at` as an expression, and where the pattern goes on; None when the set is malformed."""
    at += 1
    negated = pattern[at : at + 1] in ("!", "^") and at < len(pattern)
    at += negated
    items: list[str] = []
    previous = ""
    first = True
    while first or pattern[at : at + 1] != "]":
        first = False
        if at >= len(pattern):
            return None
        item, previous, at = _bracket_item(pattern, at, previous)
        if item is None:
            return None
        items.append(item)
    body = "".join(items)
    inside = f"[{body}]" if body else "(?!)"
    guard = "(?!/)" if slashes else ""
    return (f"{guard}(?!{inside}).", at + 1) if negated else (f"{guard}{inside}", at + 1)


def _bracket_item(pattern: str, at: int, previous: str) -> tuple[str | None, str, int]:
    """One item of a set → (its text inside `[…]` or None if malformed, the character a range may start from, where to go on)."""
    char = pattern[at]
    if char == "\\":
        if at + 1 >= len(pattern):
            return None, "", at
        return re.escape(pattern[at + 1]), pattern[at + 1], at + 2
    if char == "-" and previous and pattern[at + 1 : at + 2] not in ("", "]"):
        at += 1
        if pattern[at] == "\\":
            at += 1
        if at >= len(pattern):
            return None, "", at
        high = pattern[at]
        return (f"{re.escape(previous)}-{re.escape(high)}" if previous <= high else ""), "", at + 1
    if char == "[" and pattern[at + 1 : at + 2] == ":":
        close = pattern.find("]", at + 2)
        if close < 0:
            return None, "", at
        if close - at < 3 or pattern[close - 1] != ":":
            return re.escape("["), "[", at + 1
        name = pattern[at + 2 : close - 1]
        return _CLASSES.get(name), "", close + 1
    return re.escape(char), char, at + 1
