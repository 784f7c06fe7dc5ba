"""Records of calls: each is kept once, however many there are."""

import random

from lepasserelle.graph.value_records import Records


def test_a_record_is_made_once_for_each_cell_and_gives_back_what_it_says() -> None:
    """Against a dictionary, with more records than the table begins with and with values that share their low bits."""
    draw = random.Random(7)
    records, known = Records(), dict[tuple[int, tuple[int, ...], int, int, int], int]()
    for _ in range(20_000):
        arguments = tuple(draw.choice((0, -1, 5)) if at % 2 == 0 else draw.randrange(-3, 9) for at in range(2 * draw.randrange(3)))
        key = (draw.randrange(40), arguments, draw.randrange(-1, 40) << 10, draw.randrange(6), draw.randrange(-1, 4))
        number = records.number(*key)
        assert number == known.setdefault(key, number)
        assert records[number] == key[1:]
    assert len(records) == len(known) > 10_000
    assert sorted(known.values()) == list(range(len(known)))
