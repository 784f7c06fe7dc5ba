"""What linking will ask for is told before anything is parsed, when no limit can grant it; and never when it would have worked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.config import Settings
from lepasserelle.files import FileEntry, Source
from lepasserelle.ingest.foreseeing import BYTES_A_DEFINITION, expected_bytes, hopeless_bytes, reader
from lepasserelle.ingest.plan import Plan
from lepasserelle.ingest.reserving import least_linking_bytes
from lepasserelle.storage import ContentKey, IndexedFile

MB = 1_000_000


def row(path: str, size_bytes: int, definitions: int = 3, fingerprint: bytes = b"old") -> IndexedFile:
    """A file of the last generation."""
    return IndexedFile(path, size_bytes, 1, 0, path, ContentKey(fingerprint, "python"), definitions)


def entry(path: str, size_bytes: int) -> FileEntry:
    """A walked file."""
    return FileEntry(path, size_bytes, 1, "python")


class Disk:
    """Files that are read; those that are no source are left out, and the number of those that were opened."""

    def __init__(self, left_out: frozenset[str] = frozenset(), same: frozenset[str] = frozenset()) -> None:
        self.left_out, self.same, self.opened = left_out, same, 0

    def read(self, entry: FileEntry) -> Source | None:
        """As played."""
        self.opened += 1
        if entry.path in self.left_out:
            return None
        return Source(bytes(entry.size_bytes), b"old" if entry.path in self.same else b"new", "python")


def test_without_a_limit_and_where_all_would_fit_nothing_is_read() -> None:
    """The usual run pays nothing for it."""
    disk = Disk()
    plan = Plan({}, {}, [entry("a", MB)])
    assert hopeless_bytes(plan, None, None, disk.read) is None
    assert hopeless_bytes(plan, None, least_linking_bytes(0, MB), disk.read) is None
    assert disk.opened == 0


def test_what_cannot_fit_is_told_after_as_many_files_as_it_takes() -> None:
    """Three of a hundred files pass the limit, and one more, since a parser may die of the largest."""
    disk = Disk()
    plan = Plan({}, {}, [entry(f"f{number:02}", MB) for number in range(100)])
    most_bytes = least_linking_bytes(0, 3 * MB) - 1
    assert hopeless_bytes(plan, None, most_bytes, disk.read) == most_bytes + 1
    assert disk.opened == 4


@given(st.lists(st.integers(0, 3 * MB), min_size=1, max_size=30), st.integers(40 * MB, 400 * MB))
def test_what_is_said_when_it_is_refused_is_all_of_it(wanted: list[int], most_bytes: int) -> None:
    """It does not hang on the limit, and never is less than what was refused."""
    plan = Plan({}, {}, [entry(f"f{number}", size) for number, size in enumerate(wanted)])
    found = hopeless_bytes(plan, None, most_bytes, Disk().read)
    said = expected_bytes(plan)
    assert found is None or said >= found > most_bytes
    assert said == least_linking_bytes(sum(wanted) // BYTES_A_DEFINITION, sum(wanted))


def test_what_is_no_source_does_not_count() -> None:
    """Data and binaries make a tree large and linking not."""
    names = frozenset(f"f{number}" for number in range(9))
    plan = Plan({}, {}, [entry(name, MB) for name in (*sorted(names), "source")])
    assert hopeless_bytes(plan, None, least_linking_bytes(0, MB), Disk(left_out=names).read) is None


def test_kept_files_count_with_their_definitions() -> None:
    """They will be linked again, all of them, when another one has changed."""
    kept = {f"k{number}": row(f"k{number}", MB, 1000) for number in range(5)}
    before = {**kept, "a": row("a", 10)}
    plan = Plan(kept, {}, [entry("a", 10)])
    most_bytes = least_linking_bytes(5000, 5 * MB) - 1
    assert hopeless_bytes(plan, before, most_bytes, Disk().read) == most_bytes + 1


@pytest.mark.parametrize("change", ["touched", "edited", "added", "removed", "lost"])
def test_it_is_asked_only_where_something_will_be_linked(change: str) -> None:
    """A run in which files were only touched links nothing, however large they are."""
    before = {f"f{number}": row(f"f{number}", MB) for number in range(9)}
    if change == "removed":
        before["gone"] = row("gone", MB)
    wanted = [entry(name, MB) for name in sorted(before) if name != "gone"]
    if change == "added":
        wanted.append(entry("new", MB))
    disk = Disk(same=frozenset(before) - ({"f4"} if change == "edited" else set()))
    found = hopeless_bytes(Plan({}, {}, wanted), None if change == "lost" else before, least_linking_bytes(0, MB), disk.read)
    assert (found is None) == (change == "touched")


sizes = st.integers(0, 3 * MB)


@given(
    kept=st.lists(st.tuples(sizes, st.integers(0, 900)), max_size=4),
    wanted=st.lists(st.tuples(sizes, st.booleans(), st.integers(0, 900)), min_size=1, max_size=8),
    dies=st.integers(0, 7),
    most_bytes=st.integers(40 * MB, 400 * MB),
)
def test_nothing_is_refused_that_would_have_been_granted(
    kept: list[tuple[int, int]], wanted: list[tuple[int, bool, int]], dies: int, most_bytes: int
) -> None:
    """Whatever is kept, left out and defined, and whichever file the parser dies of: linking asks for that much at least."""
    plan = Plan(
        {f"k{number}": row(f"k{number}", size, count) for number, (size, count) in enumerate(kept)},
        {},
        [entry(f"f{number}", size) for number, (size, _, _) in enumerate(wanted)],
    )
    left_out = frozenset(f"f{number}" for number, (_, is_source, _) in enumerate(wanted) if not is_source)
    found = hopeless_bytes(plan, None, most_bytes, Disk(left_out).read)
    parsed = [(size, count) for number, (size, is_source, count) in enumerate(wanted) if is_source and number != dies % len(wanted)]
    asked_bytes = least_linking_bytes(sum(count for _, count in (*kept, *parsed)), sum(size for size, _ in (*kept, *parsed)))
    assert found is None or most_bytes < found <= asked_bytes


def test_what_would_be_left_out_is_told_from_the_file_itself(tmp_path: Path) -> None:
    """By the same rules as the parse child."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "b.py").write_bytes(b"\0\1\2" * 400)
    read = reader(tmp_path, Settings())
    source = read(entry("a.py", 6))
    assert source is not None
    assert source.data == b"x = 1\n"
    assert read(entry("b.py", 1200)) is None
