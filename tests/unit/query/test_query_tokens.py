"""The estimator: a documented rule, an upper bound, safe to add up."""

from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.query import estimate_tokens


def test_the_rule_by_example() -> None:
    """Words by four letters, each digit and sign, long blanks, bytes beyond ASCII."""
    assert estimate_tokens("") == 0
    assert estimate_tokens("def total") == 1 + 2
    assert estimate_tokens("QuerySet") == 2 + 1
    assert estimate_tokens("x = 1024") == 1 + 1 + 4
    assert estimate_tokens("a\n\n    b") == 1 + 1 + 1 + 1
    assert estimate_tokens("é") == 2


@given(st.text(), st.text())
def test_pieces_counted_apart_are_hardly_less(first: str, second: str) -> None:
    """Where two pieces meet one token may come in addition, never more."""
    first, second = (part.encode("utf-8", "replace").decode() for part in (first, second))
    assert estimate_tokens(first + second) <= estimate_tokens(first) + estimate_tokens(second) + 1


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Z"))))
def test_it_is_never_above_the_bytes(text: str) -> None:
    """No byte-level encoder takes more than a token a byte, so neither does the bound."""
    assert estimate_tokens(text) <= len(text.encode())
