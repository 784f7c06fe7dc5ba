"""The estimator: a documented rule, an upper bound, safe to add up."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.parse import parse
from lepasserelle.query import estimate_tokens

GOLDEN = Path(__file__).parents[2] / "golden"


def test_the_rule_by_example() -> None:
    """Words by six letters, capitals by three, each digit and sign, long blanks, bytes beyond ASCII."""
    assert estimate_tokens("") == 0
    assert estimate_tokens("def total") == 1 + 1
    assert estimate_tokens("QuerySet.filtering") == 1 + 1 + 1 + 2
    assert estimate_tokens("MAX_SIZE") == 1 + 1 + 2
    assert estimate_tokens("HTTPServer") == 2 + 1
    assert estimate_tokens("x = 1024") == 1 + 1 + 1 + 4
    assert estimate_tokens("a\n\n    b") == 1 + 1 + 1 + 1
    assert estimate_tokens("a\t\tb") == 1 + 1 + 1
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


def test_it_bounds_what_real_tokenizers_count() -> None:
    """For at least 95 % of the definitions of the golden samples, and never far under; counts by `benchmarks/tokens/run.py`."""
    known = json.loads((GOLDEN / "token_counts.json").read_text("utf-8"))
    pairs = []
    for name, counts in known["files"].items():
        data = (GOLDEN / "samples" / name).read_bytes()
        texts = [data[one.start_byte : one.end_byte].decode().rstrip() for one in parse(data, name.partition("/")[0]).definitions]
        pairs += zip([estimate_tokens(text) for text in texts if text], counts, strict=True)
    assert len(pairs) > 800
    for which in range(len(known["tokenizers"])):
        assert sum(estimate >= counts[which] for estimate, counts in pairs) >= 0.95 * len(pairs)
    assert sum(estimate for estimate, _ in pairs) < 1.6 * sum(max(counts) for _, counts in pairs), "a bound, not a guess"
    assert all(estimate >= max(counts) for estimate, counts in pairs if max(counts) >= 100)
