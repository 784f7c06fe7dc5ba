"""How many tokens a text takes at most, without a tokenizer. The one estimator by which budgets are counted.

Not exact, on purpose: tokenizers differ, and none is bundled. The rule, from what byte-pair encoders for code have in common (they
split at the borders of words, digits and signs, and join frequent neighbours), with numbers chosen by measurement
(benchmarks/tokens):

- small letters, with a capital before them: a token for every 6 characters begun;
- two capitals and more: a token for every 3 begun;
- digits, and every other visible ASCII sign, take a token each;
- one space before something takes none, before a digit one; a longer run of spaces or tabs takes one for every 16 characters begun;
- a run of line ends takes a token for every 4 begun;
- every byte of what is not ASCII takes a token (no byte-level encoder takes more).

Invariant: pure, and never more for a text than for its pieces counted apart, except by one where two pieces meet.
"""

from typing import Final

from lepasserelle.late import late

_PIECE: Final = late(rb"([A-Z]?[a-z]+|[A-Z](?![A-Z]))|([A-Z]+)|( (?![ \t0-9]))|([ \t]+)|([\r\n]+)|[\x80-\xff]+|[\x00-\x7f]")
_CHARACTERS_A_TOKEN: Final = (1, 6, 3, 0, 16, 4)
"""By the group of `_PIECE` that took it; 0: it takes none."""


def estimate_tokens(text: str) -> int:
    """An upper bound of the tokens of `text`, by the rule above."""
    total = 0
    for piece in _PIECE.finditer(text.encode("utf-8", "surrogatepass")):
        size, each = piece.end() - piece.start(), _CHARACTERS_A_TOKEN[piece.lastindex or 0]
        total += -(-size // each) if each else 0
    return total
