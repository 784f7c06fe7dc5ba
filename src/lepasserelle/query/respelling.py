"""A question whose every word is unknown, asked with words that are written alike.

Not a spelling checker: a question of which one word is known is asked as it is. Invariant: pure; None where nothing is like it.
"""

import msgspec

from lepasserelle.query.seams import WordIndex
from lepasserelle.query.understand import Question
from lepasserelle.terms import TOKEN, WHOLE, QueryTerm, pieces

_ALIKE = 3
"""Words that stand for one."""
_MOST_WORDS = 12
_A_SLIP = 0.5
"""Each slip leaves so much of a word's weight."""


def respelled(words: WordIndex, question: Question, *, as_well: bool = False) -> tuple[Question, str] | None:
    """The question with words that there are, and what to say of it; None: a word is known, or none is like any. `as_well`: the
    words that it has stay beside them, for who knows what a word means that the project does not have.
    """
    asked = [term for term in question.terms if not term.term.startswith(WHOLE)][:_MOST_WORDS]
    if any(words.idf(term) is not None for term, _ in question.terms):
        return None
    weights: dict[str, float] = {}
    said = []
    for term, weight in asked:
        alike = words.near(term, _ALIKE)
        if alike:
            plain = dict.fromkeys(found.removeprefix(WHOLE) for found, _ in alike)
            said.append(f"{_or(list(plain))} for {_as_written(question.text, term)}")
        for found, slips in alike:
            weights[found] = max(weights.get(found, 0.0), weight * _A_SLIP**slips)
    if not weights:
        return None
    terms = tuple(QueryTerm(term, weight) for term, weight in weights.items())
    terms = (*question.terms, *terms) if as_well else terms
    return msgspec.structs.replace(question, terms=terms), f"spelling: {', '.join(said)}"


def _or(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _as_written(text: str, term: str) -> str:
    """The word of the question that a term was cut from, or the term."""
    return next((word for word in TOKEN.findall(text) if term in pieces(word)), term)
