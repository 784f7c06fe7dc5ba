"""The vocabulary that is looked up in place."""

from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.terms import Vocabulary, pack_vocabulary


@given(st.sets(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12), max_size=60), st.text(max_size=6))
def test_every_term_is_found_under_its_number_and_nothing_else_is(terms: set[str], other: str) -> None:
    """Bisection over the packed bytes agrees with a dictionary."""
    words, blob, offsets = pack_vocabulary(terms)
    vocabulary = Vocabulary(blob, offsets)
    assert len(vocabulary) == len(terms)
    assert [vocabulary[number] for number in range(len(words))] == words
    assert all(vocabulary.find(word) == number for number, word in enumerate(words))
    if other not in terms:
        assert vocabulary.find(other) is None


@given(st.sets(st.text("abc", min_size=1, max_size=5), max_size=40), st.text("abc", min_size=1, max_size=3))
def test_a_prefix_gives_exactly_the_terms_that_begin_with_it(terms: set[str], prefix: str) -> None:
    """Numbers of one prefix follow each other."""
    words, blob, offsets = pack_vocabulary(terms)
    found = [words[number] for number in Vocabulary(blob, offsets).prefixed(prefix)]
    assert found == sorted(term for term in terms if term.startswith(prefix))
