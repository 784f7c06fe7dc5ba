"""What a file must hold for a pattern to match in it: read off the pattern, for the trigrams to be asked.

Not a regular expression engine (`query.patterns` has one): it understands as much of the syntax of RE2 as it takes to find texts
that every match holds, after Cox (*Regular Expression Matching with a Trigram Index*, 2012). Invariant: it asks for too little
rather than too much; what it does not understand needs nothing, so that every file is searched.
"""

import re
from typing import Final, NamedTuple

from lepasserelle.late import late
from lepasserelle.lexical.trigram_index import EVERYTHING, Needed, any_of, every, holds

_REPEAT: Final = late(r"\{(\d+)(?:,\d*)?\}")
_GROUP: Final = late(r"\((?:\?(?:P?<\w+>|[imsU-]*:))?")
_FLAGS: Final = late(r"\(\?[imsU-]+\)")
_CODE: Final = late(r"\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})")
_PROPERTY: Final = late(r"\\[pP](?:\{[^}]*\}|[A-Za-z])")
_CLASS_PART: Final = late(r"\[:\^?\w+:\]|\\[pP](?:\{[^}]*\}|[A-Za-z])|\\x\{[0-9A-Fa-f]+\}|\\.|[^\]\\]", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_CLASSES: Final = frozenset("dDwWsS")
_PLACES: Final = frozenset("bBAz")
_DEEPEST: Final = 100


class _NotUnderstood(Exception):  # noqa: N818 - an answer, and nobody outside sees it
    """Then every file is searched."""


def needed_by_text(text: bytes, *, ignore_case: bool) -> Needed:
    """Of a text that is meant as it stands."""
    if not ignore_case:
        return holds(text)
    return every([holds(part) for part in re.split(rb"[\x80-\xff]+", text)])


def may_ignore_case(pattern: str, *, ignore_case: bool) -> bool:
    """Whether a part of the pattern may match letters in either case."""
    return ignore_case or re.search(r"\(\?[msU-]*i", pattern) is not None


def needed_by_pattern(pattern: str, *, ignore_case: bool) -> Needed:
    """Of a regular expression in the syntax of RE2."""
    try:
        reader = _Reader(pattern, may_ignore_case(pattern, ignore_case=ignore_case))
        found = reader.alternatives(0)
    except _NotUnderstood:
        return EVERYTHING
    return found if reader.at_end else EVERYTHING


class _Atom(NamedTuple):
    """One thing that may be repeated."""

    letter: str = ""
    """The one character that it is; empty: something else."""
    needs: Needed = EVERYTHING
    is_place: bool = False
    """It takes no character."""


class _Reader:
    """Reads a pattern once, from left to right."""

    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self._pattern = pattern
        self._ignore_case = ignore_case
        self._at = 0

    @property
    def at_end(self) -> bool:
        """Whether all was read."""
        return self._at >= len(self._pattern)

    def alternatives(self, depth: int) -> Needed:
        """Up to the end, or the parenthesis that closes the group."""
        if depth > _DEEPEST:
            raise _NotUnderstood
        found = [self._sequence(depth)]
        while self._peek() == "|":
            self._at += 1
            found.append(self._sequence(depth))
        return any_of(found)

    def _sequence(self, depth: int) -> Needed:
        parts: list[Needed] = []
        run = ""
        while not self.at_end and self._peek() not in "|)":
            atom = self._atom(depth)
            least, is_repeated = self._repetition()
            if atom.is_place and not is_repeated:
                continue
            if atom.letter and least and self._is_sure(atom.letter):
                run += atom.letter
                if not is_repeated:
                    continue
                atom = _Atom()
            parts.append(holds(run.encode("utf-8", "surrogateescape")))
            run = ""
            if least:
                parts.append(atom.needs)
        return every([*parts, holds(run.encode("utf-8", "surrogateescape"))])

    def _is_sure(self, letter: str) -> bool:
        """Whether the text must hold this very character, or the same of ASCII in the other case."""
        return letter.isascii() or not self._ignore_case

    def _repetition(self) -> tuple[int, bool]:
        """(least times, whether anything but once was said)."""
        least, is_repeated = 1, False
        while not self.at_end:
            sign = self._peek()
            counted = _REPEAT.match(self._pattern, self._at)
            if sign in "*?":
                least = 0
            elif counted:
                least = min(least, int(counted[1]))
            elif sign != "+":
                break
            is_repeated = True
            self._at += len(counted[0]) if counted else 1
        return least, is_repeated

    def _atom(self, depth: int) -> _Atom:
        sign = self._peek()
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape()
        self._at += 1
        if sign in "^$":
            return _Atom(is_place=True)
        return _Atom() if sign == "." else _Atom(sign)

    def _group(self, depth: int) -> _Atom:
        flags = _FLAGS.match(self._pattern, self._at)
        if flags:
            self._at = flags.end()
            return _Atom(is_place=True)
        opening = _GROUP.match(self._pattern, self._at)
        if not opening or (self._pattern.startswith("(?", self._at) and len(opening[0]) == 1):
            raise _NotUnderstood
        self._at = opening.end()
        inside = self.alternatives(depth + 1)
        if self._peek() != ")":
            raise _NotUnderstood
        self._at += 1
        return _Atom(needs=inside)

    def _class(self) -> _Atom:
        """A set of characters; one of a single plain character is that character."""
        at = self._at + 1
        is_negated = self._pattern.startswith("^", at)
        at += is_negated
        begin = at
        if self._pattern.startswith("]", at):
            at += 1
        while not self._pattern.startswith("]", at):
            part = _CLASS_PART.match(self._pattern, at)
            if not part:
                raise _NotUnderstood
            at = part.end()
        inside = self._pattern[begin:at]
        self._at = at + 1
        return _Atom(inside) if len(inside) == 1 and not is_negated else _Atom()

    def _escape(self) -> _Atom:
        code = _CODE.match(self._pattern, self._at)
        if code:
            self._at = code.end()
            number = int(code[1] or code[2], 16)
            return _Atom(chr(number)) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else _Atom()
        named = _PROPERTY.match(self._pattern, self._at)
        if named:
            self._at = named.end()
            return _Atom()
        sign = self._pattern[self._at + 1 : self._at + 2]
        self._at += 2
        if sign in _ESCAPED:
            return _Atom(_ESCAPED[sign])
        if sign and sign in _PLACES:
            return _Atom(is_place=True)
        if sign and sign in _CLASSES:
            return _Atom()
        if sign and sign.isascii() and not sign.isalnum():
            return _Atom(sign)
        raise _NotUnderstood

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]
