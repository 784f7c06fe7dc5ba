"""A look at folders and files gives what a walk would find, or nothing."""

import os
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_files_marks import RULES, deeds, do, grown, writing

from lepasserelle.files import WalkRules, walk
from lepasserelle.files.looking_again import look_again, packed
from lepasserelle.files.records import SkipReason, TreeMarks, Walk


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
