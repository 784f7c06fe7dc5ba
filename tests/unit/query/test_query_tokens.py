"""The estimator: a documented rule, an upper bound, safe to add up."""

import json
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.parse import parse
from lepasserelle.query import estimate_tokens
from lepasserelle.query.line_costs import LineCosts, escaped_tokens
from lepasserelle.query.tokens import estimate_each

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


_PIECE = re.compile(rb"([A-Z]?[a-z]+|[A-Z](?![A-Z]))|([A-Z]+)|( (?![ \t0-9]))|([ \t]+)|([\r\n]+)|[\x80-\xff]+|[\x00-\x7f]")
_CHARACTERS_A_TOKEN = (1, 6, 3, 0, 16, 4)


def piece_by_piece(text: str) -> int:
    """The rule as it is written down, one piece after the other."""
    total = 0
    for piece in _PIECE.finditer(text.encode("utf-8", "surrogatepass")):
        size, each = len(piece[0]), _CHARACTERS_A_TOKEN[piece.lastindex or 0]
        total += -(-size // each) if each else 0
    return total


runs = st.lists(
    st.tuples(st.sampled_from('abzABZ019 \t\n\r!|\\"é\0'), st.sampled_from([1, 1, 1, 2, 3, 6, 7, 16, 17, 33])), max_size=12
)


@given(runs.map(lambda parts: "".join(sign * count for sign, count in parts)) | st.text())
@settings(max_examples=400, deadline=None)
def test_replacing_runs_counts_what_reading_piece_by_piece_counts(text: str) -> None:
    """The fast way is the rule: runs of every length, side by side in every order."""
    text = text.encode("utf-8", "replace").decode()
    assert estimate_tokens(text) == piece_by_piece(text)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=8))
def test_many_texts_at_once_take_what_each_takes(texts: list[str]) -> None:
    """No run goes over from one text to the next."""
    assert estimate_each([text.encode() for text in texts]) == [estimate_tokens(text) for text in texts]


@given(st.lists(st.text(st.sampled_from('abcdefAB1 \t\n"\\é!')), min_size=1, max_size=6), st.booleans())
def test_lines_counted_apart_take_what_their_text_takes(lines: list[str], at_once: bool) -> None:
    """Inside a JSON document, where the `n` of a line end is read with the word behind it."""
    costs = LineCosts()
    if at_once:
        costs.count(lines)
    assert costs.joined(lines) == escaped_tokens("\n".join(lines))
