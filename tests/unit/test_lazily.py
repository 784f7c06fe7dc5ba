"""A sequence whose items are made when they are read."""

import pytest

from lepasserelle.model.lazily import Lazily


def test_items_are_made_when_they_are_read_and_once() -> None:
    """Its length costs nothing, a second look nothing more."""
    made: list[int] = []

    def make(number: int) -> str:
        made.append(number)
        return str(number)

    found = Lazily(5, make)
    assert len(found) == 5
    assert not made
    assert found[-1] == "4"
    assert found[1:3] == ["1", "2"]
    assert [*found] == ["0", "1", "2", "3", "4"]
    assert made == [4, 1, 2, 0, 3]


def test_it_is_equal_to_what_holds_the_same_items() -> None:
    """Who compares an answer with a list goes on doing so."""
    found = Lazily(2, str)
    assert found == ["0", "1"] == found
    assert found == ("0", "1")
    assert found == Lazily(2, str)
    assert found != ["0"]
    assert found != ["0", "2"]
    assert found != "01"
    assert not Lazily(0, str)
    assert "1" in found
    assert repr(found) == "['0', '1']"


def test_what_is_not_there_is_an_index_error() -> None:
    """As of a list."""
    for at in (2, -3):
        with pytest.raises(IndexError):
            Lazily(2, str)[at]
