"""Many tokens at once to the numbers of their sub-terms: what `split.pieces` says of each, with one search over all of them.

Not the rules, which are `split`'s, and no memory of tokens, which is `dictionary`'s. Invariant: a token's numbers are those of its
pieces, in their order.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from lepasserelle.terms.split import (
    ASCII_PIECE,
    INITIAL,
    MAX_DIGITS,
    MAX_PIECE_CHARS,
    MAX_TOKEN_CHARS,
    MAX_WHOLE_CHARS,
    NOISE_CHARS,
    WHOLE,
    is_noise,
    pieces,
)
from lepasserelle.terms.stem import STOP_WORDS, stem

_BETWEEN: Final = "\n"
"""Stands between two tokens, and in none."""

_PIECES: Final = re.compile(rf"{_BETWEEN}|{ASCII_PIECE.pattern}")
_NOTHING: Final = -1
_END: Final = -2

_cut, _stem = pieces.__wrapped__, stem.__wrapped__
"""Without their caches: who asks for many tokens remembers them."""


class TermNumbers(dict[str, int]):
    """Term → number, given at first sight. Function words have the first numbers: `stops` of them."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        """Of each number its term."""
        for word in sorted(STOP_WORDS):
            self[word]
        self.stops: Final = len(self.words)

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self.words)
        self.words.append(term)
        return number


class _PartNumbers(dict[str, int]):
    """Part of a token, in ASCII → number of its term; `_NOTHING` for a single letter."""

    def __init__(self, numbers: TermNumbers) -> None:
        super().__init__({_BETWEEN: _END})
        self._numbers = numbers

    def __missing__(self, part: str) -> int:
        is_letter = len(part) == 1 and not part.isdigit()
        number = self[part] = _NOTHING if is_letter else self._numbers[_stem(part.lower()[:MAX_PIECE_CHARS])]
        return number


class Cutter:
    """Cuts tokens into terms with the numbers of `numbers`. Remembers parts, which are fewer than tokens."""

    def __init__(self) -> None:
        self.numbers: Final = TermNumbers()
        self._parts = _PartNumbers(self.numbers)

    def cut(self, tokens: Sequence[str]) -> tuple[list[int], list[int]]:
        """(numbers of all tokens' terms, where those of each token end)."""
        joined = _BETWEEN.join([*tokens, ""])
        texts = tokens
        if not joined.isascii() or max(map(len, tokens), default=0) > MAX_TOKEN_CHARS:
            texts = [token if token.isascii() and len(token) <= MAX_TOKEN_CHARS else "" for token in tokens]
            joined = _BETWEEN.join([*texts, ""])
        numbers = list(map(self._parts.__getitem__, _PIECES.findall(joined)))
        wholes = joined.replace("_", "").lower().split(_BETWEEN)
        terms, ends, at = list[int](), list[int](), 0
        for text, whole, token in zip(texts, wholes, tokens, strict=False):  # behind the last token stands one end more
            end = numbers.index(_END, at)
            parts = end - at
            if parts > 1:
                if len(text) < NOISE_CHARS or not is_noise(text, parts):
                    terms += self._several(text, whole, numbers[at:end])
            elif parts:
                if numbers[at] >= 0 and (len(whole) <= MAX_DIGITS or not whole.isdigit()):
                    terms.append(numbers[at])
            elif not text:
                terms += [self.numbers[term] for term in _cut(token)]
            ends.append(len(terms))
            at = end + 1
        return terms, ends

    def _several(self, text: str, whole: str, parts: list[int]) -> Iterable[int]:
        """Of a token with several parts."""
        if _NOTHING in parts:
            parts = [number for number in parts if number >= 0]
        if not text.islower() and (initial := INITIAL.match(text)):
            parts.append(self._parts[initial[1]])
        term = WHOLE + whole[: MAX_WHOLE_CHARS - len(WHOLE)]
        parts.append(self.numbers[term])
        return dict.fromkeys(parts)
