"""What happens where nothing is known of a cell once the fixpoint is reached."""

from lepasserelle.graph.value_fills import Fills


def test_only_what_is_empty_before_the_first_acts_is_filled_in_order_and_a_constant_never() -> None:
    """One that acts may fill the cell of another, which acts all the same; a negative cell is a constant, not one from the end."""
    held: list[object] = [None, 7, None, {1, 2}, None]
    told: list[tuple[str, int, int, int]] = []

    def fill(value: int, first: int, second: int) -> None:
        told.append(("fill", value, first, second))
        held[2] = 5

    def other(value: int, first: int, second: int) -> None:
        told.append(("other", value, first, second))

    fills = Fills()
    for cell, act, numbers in (
        (0, fill, (1, 2, 3)),
        (1, fill, (4, 0, 0)),
        (2, other, (-5, 6, -1)),
        (3, other, (7, 0, 0)),
        (-1, other, (8, 0, 0)),
        (0, other, (9, 10, 11)),
    ):
        fills.add(cell, act, *numbers)
    fills.run(held)
    assert told == [("fill", 1, 2, 3), ("other", -5, 6, -1), ("other", 9, 10, 11)]
