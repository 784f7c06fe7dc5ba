"""How many tokens a text takes at most, without a tokenizer. The one estimator by which budgets are counted.

Not exact, on purpose: tokenizers differ, and none is bundled. The rule, from what byte-pair encoders for code have in common (they
split at the borders of words, digits and signs, and join frequent neighbours):

- letters: a run, cut where a capital follows a small letter, takes a token for every 4 characters begun;
- digits, and every other visible ASCII sign, take a token each;
- one space before something takes none; a longer run of spaces or tabs takes one for every 16 characters begun;
- a run of line ends takes a token for every 4 begun;
- every byte of what is not ASCII takes a token (no byte-level encoder takes more).

Invariant: pure, and never more for a text than for its pieces counted apart, except by one where two pieces meet.
"""

import re
from typing import Final

_PIECE: Final = re.compile(rb"[A-Z]+[a-z]*|[a-z]+|[ \t]+|[\r\n]+|[\x80-\xff]+|[\x00-\x7f]")
_LETTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_BLANKS: Final = frozenset(b" \t")
_ENDS: Final = frozenset(b"\r\n")
_LETTERS_A_TOKEN: Final = 4
_BLANKS_A_TOKEN: Final = 16
_ENDS_A_TOKEN: Final = 4


def estimate_tokens(text: str) -> int:
    """An upper bound of the tokens of `text`, by the rule above."""
    return sum(map(_tokens, _PIECE.findall(text.encode("utf-8", "surrogatepass"))))


def _tokens(piece: bytes) -> int:
    first = piece[0]
    if first in _LETTERS:
        return -(-len(piece) // _LETTERS_A_TOKEN)
    if first in _BLANKS:
        return 0 if piece == b" " else -(-len(piece) // _BLANKS_A_TOKEN)
    if first in _ENDS:
        return -(-len(piece) // _ENDS_A_TOKEN)
    return len(piece)
