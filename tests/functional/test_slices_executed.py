"""Slices of small programs against running them: what calls itself complete lacks nothing, whichever way a value goes."""

import pytest
from executed import Verdict, backward, forward, programs

PROGRAMS = dict(programs())
SLICES = {"backward": backward, "forward": forward}
WHOLE = 260
"""Of 328 programs so many slices of each direction are whole and say so; the others say why not."""
LINES = {"backward": 6.5, "forward": 5.0}
"""What is whole is no use when it is everything: lines of a slice in the mean, without longer programs."""
REVIEWED = "reviewed/"
OF_REVIEWED = {"backward": 7.3, "forward": 4.7}
"""The same of programs that were written against slices, of 11.6 lines in the mean."""
LONGER = ("mixed/", "changed_in_place/", REVIEWED)
"""Programs of which nearly every statement matters."""


@pytest.fixture(scope="module")
def verdicts() -> dict[tuple[str, str], Verdict]:
    """Of every program, both ways."""
    return {(way, name): find(text) for way, find in SLICES.items() for name, text in PROGRAMS.items()}


@pytest.mark.parametrize("way", SLICES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_calls_itself_complete_lacks_nothing(verdicts: dict[tuple[str, str], Verdict], name: str, way: str) -> None:
    """The probe sees the same without the rest; whatever tells something else with another number is in it."""
    found = verdicts[way, name]
    assert not (found.lacks and found.is_complete), found.lacks


@pytest.mark.parametrize("way", SLICES)
def test_most_slices_are_whole_and_small(verdicts: dict[tuple[str, str], Verdict], way: str) -> None:
    """Neither a note everywhere nor every statement would be an answer."""
    found = [one for (direction, _), one in verdicts.items() if direction == way]
    assert sum(one.is_complete and not one.lacks for one in found) >= WHOLE
    small = [one.lines for (direction, name), one in verdicts.items() if direction == way and not name.startswith(LONGER)]
    assert sum(small) / len(small) <= LINES[way]
    reviewed = [one.lines for (direction, name), one in verdicts.items() if direction == way and name.startswith(REVIEWED)]
    assert sum(reviewed) / len(reviewed) <= OF_REVIEWED[way]
