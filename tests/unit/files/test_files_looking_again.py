"""A look at folders and files gives what a walk would find, or nothing."""

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_files_marks import RULES, deeds, do, grown, writing

from lepasserelle.files import WalkRules, walk
from lepasserelle.files.looking_again import look_again, packed
from lepasserelle.files.marks import is_settled
from lepasserelle.files.records import FolderMark, SkipReason, TreeMarks, Walk


def again(root: Path, found: Walk, rules: WalkRules = RULES) -> Walk | None:
    """What the look gives that follows a walk."""
    return look_again(root, rules, found.marks, packed(found), root / ".leindex")


def undated(found: Walk) -> Walk:
    """Without the moment of the walk."""
    return msgspec.structs.replace(found, marks=msgspec.structs.replace(found.marks, began_ns=0))


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
@given(st.lists(writing, max_size=4), st.lists(deeds, max_size=3))
@settings(max_examples=150, deadline=None)
def test_what_is_seen_again_is_what_a_walk_finds(
    tmp_path_factory: pytest.TempPathFactory, before: list[tuple[str, str, str]], after: list[tuple[str, str, str]]
) -> None:
    """Whatever is written, replaced, deleted, linked: entries, what is left out and marks are a walk's, or there are none."""
    root = tmp_path_factory.mktemp("tree")
    grown(root, before)
    found = walk(root, RULES)
    first = again(root, found)
    assert first is not None
    assert undated(first) == undated(found)
    for deed in after:
        do(root, deed)
    seen = again(root, first)
    assert seen is None or undated(seen) == undated(walk(root, RULES))


def test_files_that_are_written_again_are_seen_without_a_walk(tmp_path: Path) -> None:
    """In place or by a new file in their place, also beside the index that the run before made."""
    grown(tmp_path, [])
    found = walk(tmp_path, RULES)
    do(tmp_path, ("write", "x.py", "x = 17\n"))
    do(tmp_path, ("replace", "a/x.py", "x = 18\n"))
    (tmp_path / ".leindex").mkdir()
    seen = again(tmp_path, found)
    assert seen is not None
    assert {entry.path: entry.size_bytes for entry in seen.entries} == {"x.py": 7, "a/x.py": 7, "a/b/x.py": 6, "c/x.py": 6}


@pytest.mark.parametrize(
    "deed",
    [
        ("write", "new.py", "x = 1\n"),
        ("delete", "a/x.py", ""),
        ("write", "a/x.py", "#" * 200),
        ("make folder", "a/new", ""),
        ("make folder", "a/__pycache__", ""),
        ("write", ".gitignore", "x.py\n"),
        ("write", "__pycache__", "x = 1\n"),
    ],
)
def test_what_came_went_or_grew_too_large_asks_for_a_walk(tmp_path: Path, deed: tuple[str, str, str]) -> None:
    """Also what is passed over by its name, which a report counts."""
    grown(tmp_path, [])
    found = walk(tmp_path, RULES)
    do(tmp_path, deed)
    assert again(tmp_path, found) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_where_links_lead_is_asked_again(tmp_path: Path) -> None:
    """Outside of the project something may have come, of which no folder of it tells."""
    root = tmp_path / "project"
    root.mkdir()
    grown(root, [("link", "y.py", "../elsewhere")])
    found = walk(root, RULES)
    assert ("y.py", SkipReason.LINK_BROKEN) in found.skipped
    (tmp_path / "elsewhere").touch()
    seen = again(root, found)
    assert seen is not None
    assert ("y.py", SkipReason.LINK_OUTSIDE) in seen.skipped


def test_what_another_version_left_or_nobody_asks_for_a_walk(tmp_path: Path) -> None:
    """Other rules, no marks, bytes that are no such record."""
    grown(tmp_path, [])
    found = walk(tmp_path, RULES)
    assert again(tmp_path, found, WalkRules()) is None
    assert packed(msgspec.structs.replace(found, marks=TreeMarks())) == b""
    for former in (b"", b"\x01"):
        assert look_again(tmp_path, RULES, found.marks, former, tmp_path / os.devnull) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_a_link_by_a_name_that_is_passed_over_is_told_no_more_once_it_is_gone(tmp_path: Path) -> None:
    """It stood in a walk's list as a link, not as the folder that has this name elsewhere."""
    grown(tmp_path, [])
    (tmp_path / "a" / "__pycache__").symlink_to("nowhere")
    found = walk(tmp_path, RULES)
    assert ("a/__pycache__", SkipReason.LINK_BROKEN) in found.skipped
    (tmp_path / "a" / "__pycache__").unlink()
    assert again(tmp_path, found) is None


@pytest.mark.parametrize("step_ns", [1_000_000_000, 2_000_000_000])
def test_a_file_that_comes_within_one_step_of_a_coarse_clock_is_seen(tmp_path: Path, step_ns: int) -> None:
    """The folder's times are those that it had when it was walked: where they are whole seconds its names are compared."""
    grown(tmp_path, [])
    found = walk(tmp_path, RULES)
    at_ns = found.marks.began_ns // step_ns * step_ns

    def told() -> Mapping[str, FolderMark]:
        return {path: FolderMark(at_ns, at_ns, mark.names) for path, mark in found.marks.folders.items()}

    do(tmp_path, ("write", "a/new.py", "x = 1\n"))
    marks = msgspec.structs.replace(found.marks, folders=told())
    with pytest.MonkeyPatch.context() as patch:
        real = os.lstat

        def coarse(path: str) -> os.stat_result | SimpleNamespace:
            status = real(path)
            if not stat.S_ISDIR(status.st_mode):
                return status
            return SimpleNamespace(st_mode=status.st_mode, st_size=status.st_size, st_mtime_ns=at_ns, st_ctime_ns=at_ns)

        patch.setattr("lepasserelle.files.looking_again.os.lstat", coarse)
        assert look_again(tmp_path, RULES, marks, packed(found), tmp_path / ".leindex") is None


@given(st.integers(10**18, 2 * 10**18), st.integers(0, 5 * 10**9), st.sampled_from([1, 100, 10**7, 10**9, 2 * 10**9]))
def test_what_comes_after_a_settled_look_has_another_time(began_ns: int, later_ns: int, step_ns: int) -> None:
    """Whatever the clock's step: a change at or after the look never carries a time that counts as settled."""
    changed_ns = (began_ns + later_ns) // step_ns * step_ns
    assert not is_settled(began_ns, changed_ns)
    assert is_settled(began_ns, changed_ns - later_ns - 5 * 10**9)
