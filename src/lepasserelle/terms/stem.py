"""One English word to its stem, and the words that carry no meaning in a sentence.

A light rule of our own: plural, -ing, -ed and the final e go, so that "sessions validated" and `validate_session` meet. It is
not a dictionary and does not try to be right about English, only equal on both sides: stems never leave the index. What it
deliberately leaves apart (nouns and verbs of one family: `parser`, `validation`) is brought together by `family`.

Invariant: pure; `stem(w)` is never empty for a non-empty word, and words under four letters stay as they are.
"""

from functools import lru_cache

_VOWELS = frozenset("aeiouy")
_UNDOUBLED = frozenset("bdgmnprt")
_SIBILANT_ENDS = ("ss", "x", "z", "ch", "sh")
_ENDS = frozenset("sdge")
"""What ends otherwise has no ending that goes."""
_MIN_STEMMED = 4
_MIN_ROOT = 4

_FUNCTION_WORDS = (
    "a about after all also am an and any are as at be because been before being both but by can could did do does doing "
    "done each either else etc few for from had has have having he her here him his how i if in into is it its itself just "
    "like may me might more most must my no nor not of off on once only or other our out over own same shall she should so "
    "some such than that the their them then there these they this those through to too under until up upon us very was we "
    "were what when where whether which while who whom whose why will with would you your "
)
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Function words of English. Left out of documentation, bodies and sentences; kept in names and signatures."""


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """The stem of a lower-case word; anything but ASCII letters, and anything short, is returned as it is."""
    if word[-1:] not in _ENDS or len(word) < _MIN_STEMMED or not word.isascii() or not word.isalpha():
        return word
    base = _without_verb_ending(_without_plural(word))
    if len(base) >= _MIN_STEMMED and base[-1] == "e" and base[-2] != "e":
        base = base[:-1]
    return base


def _without_plural(word: str) -> str:
    if word[-1] != "s" or word[-2] in "sui":
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > _MIN_STEMMED else word[:-1]
    if word.endswith("es") and word[:-2].endswith(_SIBILANT_ENDS):
        return word[:-2]
    return word[:-1]


def _without_verb_ending(word: str) -> str:
    if word.endswith("ied") and len(word) > _MIN_STEMMED:
        return word[:-3] + "y"
    if word.endswith("ed") and not word.endswith("eed"):
        base = word[:-2]
    elif word.endswith("ing"):
        base = word[:-3]
    else:
        return word
    if len(base) < 3 or not _VOWELS.intersection(base):
        return word
    if len(base) > 3 and base[-1] == base[-2] and base[-1] in _UNDOUBLED:
        return base[:-1]
    return base


_ENDINGS_OF_A_FAMILY = (
    "ization isation ations ation ators ator ition ional ments ment ively ive able ible ions ion ers er ors or ally al at iz is ly "
)
_FAMILY_ENDINGS = tuple(_ENDINGS_OF_A_FAMILY.split())


@lru_cache(maxsize=1 << 15)
def family(stemmed: str) -> str:
    """What a stem shares with the other words of its family (`validation`, `validator`, `validat` → `valid`); itself when that
    would be under four letters.
    """
    if not stemmed.isascii() or not stemmed.isalpha():
        return stemmed
    for ending in _FAMILY_ENDINGS:
        if stemmed.endswith(ending) and len(stemmed) - len(ending) >= _MIN_ROOT:
            return stemmed[: -len(ending)]
    return stemmed
