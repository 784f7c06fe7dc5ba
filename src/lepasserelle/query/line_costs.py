r"""What lines take inside a JSON document: each is counted once, and a text put together out of lines is their sum.

A line end is written `\n` there, and a sign such as `\` begins a piece of its own whatever stands before it (`query.tokens`): so a
text may be counted apart before each of its line ends, and the sum is exact. Not how lines are chosen (`query.page`).
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from lepasserelle.query.tokens import LETTERS_A_TOKEN, estimate_each, estimate_tokens

_SMALL: Final = "abcdefghijklmnopqrstuvwxyz"
"""As `string.ascii_lowercase`, which takes half a millisecond to load."""


def escaped(text: str) -> bytes:
    """As a JSON document has it, without the quotation marks."""
    return msgspec.json.encode(text)[1:-1]


def escaped_tokens(text: str) -> int:
    """What a text takes inside a JSON document; never less than by itself."""
    return estimate_tokens(escaped(text).decode())


def _border(line: str) -> int:
    letters = len(line) - len(line.lstrip(_SMALL))
    return 1 if letters % LETTERS_A_TOKEN else 2


class LineCosts:
    """Remembers what it counted, for as long as a page is made."""

    def __init__(self) -> None:
        self._tokens: dict[str, int] = {}

    def count(self, lines: Sequence[str]) -> None:
        """Many at once, which takes a fraction of the time of one by one."""
        self._tokens.update(zip(lines, estimate_each([escaped(line) for line in lines]), strict=True))

    def of(self, line: str) -> int:
        """What it takes by itself; it may hold line ends."""
        tokens = self._tokens.get(line)
        if tokens is None:
            tokens = self._tokens[line] = escaped_tokens(line)
        return tokens

    def below(self, line: str) -> int:
        r"""What it takes together with the line end before it, whose `n` is read as a letter of the word that follows."""
        return self.of(line) + _border(line)

    def of_each(self, lines: Sequence[str]) -> list[int]:
        """What each takes as `below` says it, counted at once and not remembered."""
        costs = estimate_each([escaped(line) for line in lines])
        return [cost + _border(line) for cost, line in zip(costs, lines, strict=True)]

    def joined(self, lines: Iterable[str]) -> int:
        """What they take as one text, a line end between each two."""
        first, *others = [*lines] or [""]
        return self.of(first) + sum(map(self.below, others))
