"""One form for what a reader takes for the same letters, however it is encoded.

Composed and decomposed accents, ligatures, full-width and other compatibility forms are one (NFKC: Unicode Standard Annex 15);
marks that no letter takes in and characters without width are left out, so that they cut no word in two. Without capitals, `ß` is
`ss`, a final sigma is a sigma (case folding: The Unicode Standard, 3.13), and the dotted and the dotless i are one: the capital of
the one is that of the other where Turkish is not written.

An accent is no variant: `naïve` and `naive` stay apart, as `größe` and `grosse` do. Invariant: pure; ASCII is what it was, but for
capitals.
"""

import re
import unicodedata
from typing import Final

_FORM: Final = "NFKC"
_LEFT_OUT: Final = re.compile("[\\u0300-\\u036f\\u00ad\\u200b-\\u200d\\u2060\\ufeff]")
"""Combining marks of Latin, Greek and Cyrillic; soft hyphen, joiners, spaces without width."""


def normal(text: str) -> str:
    """The text in the one form, with its capitals."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized(_FORM, text):
        text = unicodedata.normalize(_FORM, text)
    return _LEFT_OUT.sub("", text)


def folded(text: str) -> str:
    """The text in the one form, without capitals."""
    if text.isascii():
        return text.lower()
    return normal(text).replace("İ", "i").replace("ı", "i").casefold()  # a table of both is looked up for every letter
