"""When a graph that lacked memory is worth linking again: by what was granted then and what would be granted now."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.errors import BudgetExceededError
from lepasserelle.ingest.linking_memory import ALL, MARGIN_BYTES, LinkingNeed
from lepasserelle.ingest.reserving import BYTES_A_STEP, Claim, Reserve, least_linking_bytes, unlimited
from lepasserelle.storage import ContentKey, IndexedFile

MB = 1_000_000
NEED = LinkingNeed(("graph", "rows"), 300 * MB, 100 * MB)


class Limited:
    """A claim under a limit: half of what is left may be taken beside it."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes

    def covers(self, *pids: int) -> None:
        """Nobody counts."""


def room(free_bytes: int) -> Reserve:
    """Grants what fits."""

    @contextmanager
    def reserve(asked_bytes: int, tag: str, *, timeout_s: float = 10.0, in_children: bool = False) -> Iterator[Claim]:
        assert in_children
        if asked_bytes > free_bytes:
            raise BudgetExceededError(tag, asked_bytes, free_bytes, "limit", {})
        yield Limited(asked_bytes + (free_bytes - asked_bytes) // 2)

    return reserve


def test_what_linking_could_take_is_all_of_it_some_or_nothing() -> None:
    """With what is left beside it where all is granted; never more than there is room for."""
    assert NEED.within(unlimited) == ALL
    assert NEED.within(room(400 * MB)) == 350 * MB
    assert 100 * MB < NEED.within(room(200 * MB)) < 200 * MB
    assert NEED.within(room(100 * MB)) == 100 * MB
    assert NEED.within(room(99 * MB)) == 0


@pytest.mark.parametrize(
    ("within_bytes", "former_bytes", "is_more"),
    [
        (150 * MB, 150 * MB, False),
        (149 * MB + MARGIN_BYTES, 150 * MB, False),
        (151 * MB + MARGIN_BYTES, 150 * MB, True),
        (120 * MB, 150 * MB, False),
        (300 * MB, 299 * MB, True),  # all of it, however little that is more
        (310 * MB, 305 * MB, False),  # all was granted then too, and was too little
        (330 * MB, 305 * MB, True),
        (ALL, 305 * MB, True),
    ],
)
def test_more_is_what_passes_a_margin_or_all_of_it(within_bytes: int, former_bytes: int, is_more: bool) -> None:
    """What a process holds of itself differs by some megabytes, and that is not worth linking again."""
    assert NEED.is_more(within_bytes, former_bytes) is is_more


@given(st.lists(st.integers(90 * MB, 500 * MB), min_size=1, max_size=60))
def test_linking_again_comes_to_an_end_however_the_room_varies(rooms: list[int]) -> None:
    """What is recorded grows by a margin, or to all of it, each time."""
    former_bytes, times = NEED.least_bytes, 0
    for free_bytes in rooms:
        within_bytes = NEED.within(room(free_bytes))
        if NEED.is_more(within_bytes, former_bytes):
            former_bytes, times = within_bytes, times + 1
    assert times <= (max(rooms) - NEED.least_bytes) // MARGIN_BYTES + 2


def test_steps_follow_from_what_is_granted() -> None:
    """As many as ever with all of it, none with the least."""
    file = IndexedFile("a.py", 10 * MB, 1, 0, "a", ContentKey(b"a", "python"), 20_000)
    need = LinkingNeed.of(("graph", "rows"), [file])
    assert need.least_bytes == least_linking_bytes(20_000, 10 * MB) < need.need_bytes
    assert need.most_steps(need.need_bytes) is None
    assert need.most_steps(need.least_bytes) == 0
    assert need.most_steps(need.least_bytes + BYTES_A_STEP) == 1
