"""Which stored contents are verified by a run that has nothing to read."""

from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.ingest.spot_check import LEAST_FILES, PART, chosen
from lepasserelle.storage import ContentKey, IndexedFile


def files(count: int) -> list[IndexedFile]:
    """So many."""
    return [IndexedFile(f"f{at}", 1, 1, 0, f"f{at}", ContentKey(bytes([at % 256]), "python"), 1) for at in range(count)]


@given(st.integers(0, 2000), st.integers(0, 1 << 62))
def test_a_part_is_chosen_once_each_and_never_more_than_there_is(count: int, seed: int) -> None:
    """All of a few, an eighth of many."""
    found = chosen(files(count), seed)
    assert len({file.path for file in found}) == len(found) == min(count, max(LEAST_FILES, -(-count // PART)))


def test_every_file_is_chosen_by_some_time_of_a_coarse_clock() -> None:
    """Clocks tell multiples of a microsecond or of a hundredth of a second: the part goes round all the same."""
    for count in (1000, 5000):
        every = files(count)
        for step_ns in (1, 1000, 15_600_000):
            seen = {file.path for at in range(200) for file in chosen(every, at * step_ns)}
            assert seen == {file.path for file in every}
