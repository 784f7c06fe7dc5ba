"""What tests leave of a term, and what it is where ways meet again."""

import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.model.values import Test as Condition
from lepasserelle.model.values import ValueOp
from lepasserelle.parse import parse
from lepasserelle.parse.value_code import Rows, joined

CLASSES = 3


def leaves(rows: Rows, term: int, arriving: set[int]) -> set[int]:
    """The classes of instances that a term of `NARROW` and `PHI` rows holds, by what the rows say."""
    operation, first, start, count = rows.rows[4 * term : 4 * term + 4]
    if operation == ValueOp.NARROW:
        asked, operands = rows.extra[start], set(rows.extra[start + 1 : start + 1 + count])
        held = leaves(rows, first, arriving)
        return held - operands if asked & 1 else held & operands
    if operation == ValueOp.PHI:
        return set().union(*(leaves(rows, each, arriving) for each in rows.extra[first : first + start]))
    return arriving


@given(
    st.lists(st.lists(st.tuples(st.sets(st.integers(1, CLASSES), min_size=1), st.booleans()), max_size=3), min_size=1, max_size=4)
)
def test_where_ways_meet_a_name_holds_what_it_holds_on_each(ways: list[list[tuple[set[int], bool]]]) -> None:
    """The joined term holds the union of what tests leave on each way, however few terms say so."""
    rows = Rows()
    for _ in range(CLASSES):
        rows.add(ValueOp.OUTER)
    name = rows.add(ValueOp.PARAMETER)
    ends = []
    for tests in ways:
        term = name
        for operands, holds in tests:
            term = rows.narrow(term, Condition.INSTANCE, tuple(sorted(operands)), holds=holds)
        ends.append({"x": term})
    arriving = set(range(1, CLASSES + 1))
    expected = set().union(*(leaves(rows, end["x"], arriving) for end in ends))
    met = joined(rows, list(ends))
    assert met is not None
    assert leaves(rows, met["x"], arriving) == expected


def test_what_a_test_leaves_and_takes_away_is_the_whole() -> None:
    """`if isinstance(x, (A, B)): … else: …` needs no row behind it."""
    rows = Rows()
    name, first, second = (rows.add(ValueOp.OUTER) for _ in range(3))
    kept = rows.narrow(name, Condition.INSTANCE, (first, second), holds=True)
    turned_away = rows.narrow(name, Condition.INSTANCE, (first, second), holds=False)
    before = len(rows.rows)
    assert rows.phi([turned_away, kept]) == name
    assert rows.phi([kept, name]) == name
    assert len(rows.rows) == before


def test_what_is_known_of_an_attribute_on_one_way_only_is_not_known_behind() -> None:
    """A key with a dot is kept where every way agrees on it."""
    rows = Rows()
    ways = [{"7.1": 1, "7.2": 2, "x": 0}, {"7.1": 1, "x": 0}]
    assert joined(rows, list(ways)) == {"7.1": 1, "x": 0}


def test_a_condition_of_thousands_of_parts_says_no_more_than_its_last_ones() -> None:
    """Generated ECMAScript: each operator asks what stands on its left, which is looked into so far and no farther."""
    condition = " && ".join(f"x instanceof C{number}" for number in range(2_000))
    code = parse(f"function f(x) {{ if ({condition}) x.go(); }}".encode(), "javascript").values
    assert code is not None
    rows = zstandard.ZstdDecompressor().decompress(code.rows)
    operations = [int.from_bytes(rows[at : at + 4], "little") for at in range(0, len(rows), 16)]
    assert 0 < operations.count(ValueOp.NARROW) < 2_000
