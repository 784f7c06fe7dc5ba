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


def test_every_file_is_chosen_by_some_place() -> None:
    """Wherever the clock stands: the part moves by one file with it, and goes round."""
    every = files(1000)
    assert {file.path for seed in range(0, 1000, 125) for file in chosen(every, seed)} == {file.path for file in every}
