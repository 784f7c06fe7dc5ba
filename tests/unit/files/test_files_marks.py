"""Marks of a tree: a figure that they give is the figure of a walk, whatever was done to the tree."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.files import StaleCount, WalkRules, count_stale, walk
from lepasserelle.files.marks import unchanged
from lepasserelle.files.records import FileTime, TreeMarks, Walk

RULES = WalkRules(max_file_bytes=100)
FOLDERS = ("", "a/", "a/b/", "c/", "node_modules/")
NAMES = ("x.py", "y.py", "z.log", ".gitignore", "pyvenv.cfg", "large.py")
CONTENTS = ("", "x = 1\n", "*.log\n", "y.py\n", "#" * 200)
places = st.builds(str.__add__, st.sampled_from(FOLDERS), st.sampled_from(NAMES))
writing = st.tuples(st.just("write"), places, st.sampled_from(CONTENTS))
deeds = (
    writing
    | st.tuples(st.just("replace"), places, st.sampled_from(CONTENTS))
    | st.tuples(st.just("delete"), places, st.just(""))
    | st.tuples(st.just("link"), places, st.sampled_from(["x.py", "a", "nowhere"]))
    | st.tuples(
        st.sampled_from(["make folder", "delete folder"]), st.sampled_from(["a/new", "a/b", "c", "__pycache__"]), st.just("")
    )
)


def do(root: Path, deed: tuple[str, str, str]) -> None:
    """One change of the tree; what cannot be done is left undone."""
    how, name, content = deed
    path = root / name
    try:
        if how == "write":
            path.write_text(content)
        elif how == "replace":
            (root / "saved").write_text(content)
            (root / "saved").rename(path)
        elif how == "delete":
            path.unlink()
        elif how == "link":
            path.unlink(missing_ok=True)
            path.symlink_to(content)
        elif how == "make folder":
            path.mkdir()
            (path / "in.py").write_text("x = 1\n")
        else:
            shutil.rmtree(path)
    except OSError:
        (root / "saved").unlink(missing_ok=True)


def grown(root: Path, written: list[tuple[str, str, str]]) -> None:
    """A tree that has stood for long: nothing in it was changed within the last step of the clock."""
    for folder in FOLDERS:
        (root / folder).mkdir(exist_ok=True)
        (root / folder / "x.py").write_text("x = 1\n")
    for deed in written:
        do(root, deed)
    time.sleep(0.03)


def known_of(found: Walk) -> dict[str, FileTime]:
    """As a run leaves it."""
    return {entry.path: (entry.size_bytes, entry.mtime_ns) for entry in found.entries}


def by_marks(root: Path, found: Walk, marks: TreeMarks | None = None) -> StaleCount | None:
    """What is counted without a walk."""
    return unchanged(root, RULES, found.marks if marks is None else marks, known_of(found), float("inf"), lambda: 0.0)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
@given(st.lists(writing, max_size=4), st.lists(deeds, max_size=3))
@settings(max_examples=150, deadline=None)
def test_what_is_counted_without_a_walk_is_what_a_walk_counts(
    tmp_path_factory: pytest.TempPathFactory, before: list[tuple[str, str, str]], after: list[tuple[str, str, str]]
) -> None:
    """Whatever is written, replaced, deleted, linked: the same figure, or none."""
    root = tmp_path_factory.mktemp("tree")
    grown(root, before)
    found = walk(root, RULES)
    assert found.marks.key
    assert by_marks(root, found) == StaleCount(0, 0, 0, complete=True)
    for deed in after:
        do(root, deed)
    walked = count_stale(root, RULES, known_of(found), float("inf"))
    counted = by_marks(root, found)
    assert counted is None or counted.total == walked.total
    assert count_stale(root, RULES, known_of(found), float("inf"), marks=found.marks).total == walked.total


def test_files_that_are_written_again_need_no_walk(tmp_path: Path) -> None:
    """In place or by a new file in their place, as editors do; nor do what Python leaves and a change of a large file."""
    grown(tmp_path, [("write", "large.py", "#" * 200)])
    found = walk(tmp_path, RULES)
    do(tmp_path, ("write", "x.py", "x = 17\n"))
    do(tmp_path, ("replace", "a/x.py", "x = 18\n"))
    do(tmp_path, ("make folder", "a/__pycache__", ""))
    do(tmp_path, ("write", "large.py", "#" * 300))
    assert by_marks(tmp_path, found) == StaleCount(2, 0, 0, complete=True)


@pytest.mark.parametrize("rules", [".gitignore", "a/.gitignore", ".git/info/exclude", "above"])
def test_a_changed_file_of_rules_asks_for_a_walk(tmp_path: Path, rules: str) -> None:
    """Also of the repository that the project lies in; it does not change a folder that is looked at."""
    root = tmp_path / "repository" / "project"
    root.mkdir(parents=True)
    top = root.parent if rules == "above" else root
    (top / ".git/info").mkdir(parents=True)
    (top / ".git/HEAD").write_text("ref: refs/heads/main\n")
    path = top / (".gitignore" if rules == "above" else rules)
    path.parent.mkdir(exist_ok=True)
    path.write_text("# nothing\n")
    grown(root, [])
    found = walk(root, RULES)
    assert by_marks(root, found) == StaleCount(0, 0, 0, complete=True)
    (top / ".git/HEAD").write_text("ref: refs/heads/another\n")
    assert by_marks(root, found) is not None
    path.write_text("x.py\n")
    assert by_marks(root, found) is None
    assert count_stale(root, RULES, known_of(found), float("inf"), marks=found.marks).removed > 0


def test_what_changed_within_the_last_step_of_the_clock_is_looked_at_by_name(tmp_path: Path) -> None:
    """A folder's time may stay the same though it changed once more; its names tell."""
    grown(tmp_path, [])
    found = walk(tmp_path, RULES)
    (tmp_path / "a/new.py").write_text("x = 1\n")
    status = (tmp_path / "a").lstat()
    mark = found.marks.folders["a/"]
    same = {**found.marks.folders, "a/": type(mark)(status.st_mtime_ns, status.st_ctime_ns, mark.names)}
    marks = TreeMarks(found.marks.key, found.marks.began_ns, same, found.marks.rules, found.marks.large)
    assert by_marks(tmp_path, found, marks) is None


def test_without_a_whole_view_there_are_no_marks(tmp_path: Path) -> None:
    """A rule that brings back what always comes by itself, other rules, another place, a folder that cannot be read."""
    grown(tmp_path, [])
    found = walk(tmp_path, RULES)
    assert unchanged(tmp_path, WalkRules(), found.marks, known_of(found), float("inf"), lambda: 0.0) is None
    assert by_marks(tmp_path / "a", found) is None
    assert by_marks(tmp_path, found, TreeMarks()) is None
    (tmp_path / ".leindexignore").write_text("!__pycache__\n")
    assert not walk(tmp_path, RULES).marks.key
    (tmp_path / ".leindexignore").unlink()
    if os.name == "posix" and os.getuid():
        (tmp_path / "c").chmod(0)
        assert not walk(tmp_path, RULES).marks.key
        (tmp_path / "c").chmod(0o700)


def test_a_deadline_makes_it_a_lower_bound(tmp_path: Path) -> None:
    """As of a walk."""
    for number in range(300):
        (tmp_path / f"f{number}.py").write_text("x = 1\n")
    found = walk(tmp_path, RULES)
    (tmp_path / "f0.py").write_text("x = 17\n")
    counted = unchanged(tmp_path, RULES, found.marks, known_of(found), 1.0, lambda: 2.0)
    assert counted == StaleCount(1, 0, 0, complete=False)
