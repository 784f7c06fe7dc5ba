"""Text → the trigrams that it holds: what an index of them is built from and asked for.

A trigram is three bytes of the folded text, as one number: first byte · 65536 + second · 256 + third. Folding makes one letter of
the two cases of a to z, and of the two letters beyond ASCII that a search without case takes for `k` and `s`, so that one index
serves searches with and without case (Cox, *Regular Expression Matching with a Trigram Index*, 2012; there each case is looked up).
Invariant: what a text holds whole characters of, its trigrams are among the text's.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lepasserelle.lexical.sieve import Sieve

LENGTH: Final = 3
_LIKE_ASCII: Final = ((b"\xe2\x84\xaa", b"k"), (b"\xc5\xbf", b"s"))
"""KELVIN SIGN and LATIN SMALL LETTER LONG S, the only letters beyond ASCII whose other case is within it."""


def folded(data: bytes) -> bytes:
    """The text as it is indexed."""
    lowered = data.lower()  # of bytes: A to Z only
    if not lowered.isascii():
        for letter, like in _LIKE_ASCII:
            lowered = lowered.replace(letter, like)
    return lowered


def few_trigrams(data: bytes) -> list[int]:
    """The distinct trigrams of a short text, ascending: what `trigrams_of` gives, without numpy."""
    text = folded(data)
    return sorted({text[at] << 16 | text[at + 1] << 8 | text[at + 2] for at in range(len(text) - 2)})


def trigrams_of(data: bytes, sieve: "Sieve | None" = None) -> "NDArray[np.uint32]":
    """The distinct trigrams of a text, ascending. `sieve`: of who asks for those of many texts; four fifths of them are repeats."""
    import numpy as np

    letters = np.frombuffer(folded(data), np.uint8)
    if len(letters) < LENGTH:
        return np.zeros(0, np.uint32)
    wide = letters.astype(np.uint32)
    found = np.left_shift(wide[:-2], np.uint32(16))
    found |= np.left_shift(wide[1:-1], np.uint32(8))
    found |= wide[2:]
    if sieve is not None:
        found = sieve.sifted(found)
    found.sort()
    distinct: NDArray[np.uint32] = found[begins(found)]
    return distinct


def begins(ascending: "NDArray[np.uint32] | NDArray[np.uint64]") -> "NDArray[np.bool_]":
    """Where a value is another one than before it."""
    import numpy as np

    is_new = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=is_new[1:])
    return is_new
