"""What is parsed leaves no copy of its text behind: a child that parses two thousand files holds what one of them takes."""

import tracemalloc

from lepasserelle.parse import parse, trees

ROUNDS = 20


def test_a_text_that_was_parsed_is_not_kept() -> None:
    """Twenty times the same one, twenty kilobytes of it: a quarter is not left."""
    text = b"".join(b"def step_%d(amount):\n    return amount + %d\n\n\n" % (number, number) for number in range(420))
    parse(text, "python")
    tracemalloc.start()
    try:
        for _ in range(ROUNDS):
            parse(text, "python")
        kept = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, trees.__file__)])
    finally:
        tracemalloc.stop()
    assert sum(one.size for one in kept.statistics("lineno")) < ROUNDS * len(text) // 4
