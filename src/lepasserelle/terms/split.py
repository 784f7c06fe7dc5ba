"""One identifier or word to its sub-terms: case, underscores, digits, scripts without spaces.

Not a language: what is a comment or a keyword is none of its business. A compound identifier also yields itself, joined in lower
case behind `WHOLE`, so that `QuerySet`, `query_set` and `querySet` are one exact term apart from the loose words.

Invariant: pure and total: any string gives a tuple, each item non-empty and at most `MAX_WHOLE_CHARS` long.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from lepasserelle.terms.fold import folded, normal
from lepasserelle.terms.stem import stem

WHOLE = "="
"""Marks a term that is a whole compound identifier."""

AFTER_WHOLE = chr(ord(WHOLE) + 1)
"""Behind all of them in a vocabulary that ascends."""

TOKEN = re.compile(r"\w+")
"""What the pass cuts a text into; `pieces` takes each apart."""

SPACED = bytes(code if chr(code).isalnum() or chr(code) == "_" else 0x20 for code in range(128)) + bytes(128)
"""ASCII with everything that is in no token as a space."""

MAX_PIECE_CHARS = 32
MAX_WHOLE_CHARS = 64
MAX_TOKEN_CHARS = 120
NOISE_CHARS = 20
_NOISE_PIECE_CHARS = 3.0
MAX_DIGITS = 8
_MOST_PARTS = 1 << 15
"""Some 3 MB."""

ASCII_PIECE = re.compile(r"[a-z]+|[0-9]+|[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z]+|[A-Z]+")
"""Each branch begins with a set of its own: what cannot begin there is not tried."""
INITIAL = re.compile(r"_*([A-Z][A-Z][a-z]+)")
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)


class _PartTerms(dict[str, str]):
    """Part of a token → its term, empty for a single letter. Tokens are many, and made of few parts: of 90 000 in Django a fifth
    differ.
    """

    def __missing__(self, part: str) -> str:
        if len(self) >= _MOST_PARTS:
            self.clear()
        is_letter = len(part) == 1 and part.isascii() and not part.isdigit()
        term = self[part] = "" if is_letter else stem(folded(part)[:MAX_PIECE_CHARS])
        return term


_TERMS = _PartTerms()


def forget_parts() -> None:
    """Drop the terms of parts: none are asked for in a while."""
    _TERMS.clear()


def tokens(text: str) -> list[str]:
    """What `TOKEN` finds in the text's one form (`fold`)."""
    return ascii_tokens(text.encode("ascii")) if text.isascii() else TOKEN.findall(normal(text))


def tokens_of_each(texts: Sequence[str]) -> Iterator[list[str]]:
    """The tokens of each text. Those of a file are nearly always ASCII: then they are made ready at once, and only cut apart."""
    joined = "".join(texts)
    if not joined.isascii():
        yield from map(tokens, texts)
        return
    ready = joined.encode("ascii").translate(SPACED).decode("ascii")
    at = 0
    for text in texts:
        yield ready[at : (at := at + len(text))].split()


def ascii_tokens(text: bytes) -> list[str]:
    """The tokens of bytes that are all ASCII."""
    return text.translate(SPACED).decode("ascii").split()


@lru_cache(maxsize=1 << 12)
def pieces(token: str) -> tuple[str, ...]:
    """Sub-terms of one token (a run of word characters), stemmed, in order, then the whole when it is compound.

    `QuerySet` → `query set =queryset`; `HTTPSConnection2` → `https connection 2 =httpsconnection2`; `OAuth` → `auth oauth`;
    `会話管理` → its bigrams. A run that looks like data (base64, hexadecimal, longer than 120 characters) gives nothing.
    """
    if not token.isascii():
        token = normal(token)
    if len(token) > MAX_TOKEN_CHARS and "_" not in token:
        return _unspaced_only(token)
    if token.isascii():
        return _ascii_pieces(token)
    parts = _unicode_parts(token)
    if len(parts) == 1:
        return _single(parts[0])
    terms = [term for term in map(_TERMS.__getitem__, parts) if term]
    if initial := INITIAL.match(token):
        terms.append(_TERMS[initial[1]])
    if len(parts) > 1 and not _is_unspaced(token[0]):
        terms.append(whole("".join(parts)))
    return tuple(dict.fromkeys(terms))


def _ascii_pieces(token: str) -> tuple[str, ...]:
    """The same for nearly all tokens: whatever an underscore parts, and more where there are capitals or digits."""
    is_low = token.islower()
    if is_low and token.replace("_", "").isalpha():  # most tokens, and the pattern would say the same
        parts = [part for part in token.split("_") if part]
    else:
        parts = ASCII_PIECE.findall(token)
    if len(parts) == 1:
        return _single(parts[0])
    if len(token) >= NOISE_CHARS and is_noise(token, len(parts)):
        return ()
    terms = [term for term in map(_TERMS.__getitem__, parts) if term]
    if not is_low and (initial := INITIAL.match(token)):
        terms.append(_TERMS[initial[1]])
    if parts:
        terms.append(whole("".join(parts)))
    return tuple(dict.fromkeys(terms))


def whole(joined: str) -> str:
    """The marked term of a whole identifier given without its separators."""
    return WHOLE + folded(joined)[: MAX_WHOLE_CHARS - len(WHOLE)]


def _single(part: str) -> tuple[str, ...]:
    if part.isdigit() and len(part) > MAX_DIGITS:
        return ()
    if len(part) == 1 and part.isascii() and not part.isdigit():
        return ()
    return (_TERMS[part],)


def is_noise(token: str, parts: int) -> bool:
    """Encoded data falls into many tiny parts: words in code average above three letters. `parts`: how many."""
    letters = len(token) - token.count("_")
    return letters / max(1, parts) < _NOISE_PIECE_CHARS


def _unspaced_only(token: str) -> tuple[str, ...]:
    """A very long run is data, unless it is a sentence in a script that has no spaces."""
    if token.isascii() or not _is_unspaced(token[0]):
        return ()
    return tuple(dict.fromkeys(folded(part) for part in _unicode_parts(token) if not part.isascii()))


def _is_unspaced(char: str) -> bool:
    code = ord(char)
    return code >= _UNSPACED[0][0] and any(low <= code <= high for low, high in _UNSPACED)


def _char_class(char: str) -> str:
    if char == "_":
        return "_"
    if _is_unspaced(char):
        return "c"
    if char.isdigit():
        return "d"
    return "u" if char.isupper() else "l"


def _unicode_parts(token: str) -> list[str]:
    """The same cuts as for ASCII, by character class; runs of unspaced scripts become their overlapping bigrams."""
    parts: list[str] = []
    start = 0
    classes = [_char_class(char) for char in token]
    for at in range(1, len(token) + 1):
        if at < len(token) and not _cuts(classes, at):
            continue
        run, kind = token[start:at], classes[start]
        start = at
        if kind == "c":
            parts.extend(run[i : i + 2] for i in range(max(1, len(run) - 1)))
        elif kind != "_":
            parts.append(run)
    return parts


def _cuts(classes: list[str], at: int) -> bool:
    before, here = classes[at - 1], classes[at]
    if before == "u" and here == "u":
        return at + 1 < len(classes) and classes[at + 1] == "l"
    return before != here and not (before == "u" and here == "l")
