"""Terms that are written like one that nothing holds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.lexical.near import _slips, best_of, near_terms
from lepasserelle.terms import Vocabulary, pack_vocabulary

WORDS = st.text("abcé", min_size=1, max_size=8)


def vocabulary(words: set[str]) -> Vocabulary:
    """Of these terms."""
    return Vocabulary(*pack_vocabulary(words)[1:])


def by_definition(one: str, other: str) -> int:
    """The oracle: the recursion that the distance is defined by."""
    if not one or not other:
        return len(one) + len(other)
    least = min(
        by_definition(one[:-1], other) + 1,
        by_definition(one, other[:-1]) + 1,
        by_definition(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and len(other) > 1 and one[-1] == other[-2] and one[-2] == other[-1]:
        least = min(least, by_definition(one[:-2], other[:-2]) + 1)
    return least


@settings(deadline=None, max_examples=40)
@given(st.text("abé", max_size=5), st.text("abé", max_size=5))
def test_slips_are_counted_as_they_are_defined(one: str, other: str) -> None:
    """Against the recursion."""
    assert _slips(one, other) == by_definition(one, other)


@settings(deadline=None, max_examples=60)
@given(st.sets(WORDS, max_size=30), WORDS)
def test_every_term_within_reach_is_found_and_no_other(words: set[str], asked: str) -> None:
    """Nothing is lost to what is looked at first: lengths and letters."""
    most = 0 if len(asked) < 4 else 1 if len(asked) < 7 else 2
    found = {term: slips for _, term, slips in near_terms(vocabulary(words), asked)}
    expected = {word: _slips(word, asked) for word in words if len(word) >= 4 and 0 < _slips(word, asked) <= most}
    assert found == expected


def test_a_word_of_four_letters_is_no_slip_of_one_of_three() -> None:
    """`zxq` is not what `zxqj` means: of three letters nearly everything is a slip of something."""
    terms = vocabulary({"zxq", "=zxq", "cart", "carts"})
    assert [*near_terms(terms, "zxqj")] == []
    assert {term for _, term, _ in near_terms(terms, "crat")} == {"cart"}
    assert {term for _, term, _ in near_terms(terms, "cartz")} == {"cart", "carts"}


def test_whole_identifiers_are_among_them_and_common_terms_first() -> None:
    """`=queryset` stands for the compound; of equals the one in more places comes first."""
    terms = vocabulary({"=queryset", "filter", "falter", "set"})
    idf = np.array([3.0, 2.5, 1.0, 2.0], dtype=np.float32)
    assert best_of(near_terms(terms, "querset"), idf, 3) == [("=queryset", 1)]
    assert best_of(near_terms(terms, "fiter"), idf, 3) == [("filter", 1)]
    assert best_of(near_terms(terms, "filtre"), idf, 3) == [("filter", 1)]
    assert best_of(near_terms(terms, "fxlter"), idf, 1) == [("filter", 1)]
