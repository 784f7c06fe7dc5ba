"""Ignore files mean what git says they mean; git itself is the oracle."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lepasserelle.files import SkipReason, WalkRules, walk
from lepasserelle.files.gitignore import IgnoreFile, glob_regex

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C.UTF-8",
}


def _git(folder: Path, *arguments: str, text: bytes | None = None) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, input=text, env=_ENVIRONMENT, capture_output=True, check=False).stdout


def _seen_by_git(folder: Path) -> list[str]:
    listed = _git(folder, "ls-files", "-z", "-c", "-o", "--exclude-standard")
    return sorted(os.fsdecode(path) for path in listed.split(b"\0") if path)


def _seen_by_us(folder: Path) -> list[str]:
    return sorted(entry.path for entry in walk(folder, WalkRules()).entries)


def _make(folder: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


_PART = st.sampled_from(["a", "b", "ab", "abc", "foo", "f.py", "g.txt", "x[1]", "é", "a b", "#c", "!d"])
_PATH = st.lists(_PART, min_size=1, max_size=4).map("/".join)
_GLOB_PART = st.one_of(
    _PART,
    st.sampled_from(
        [
            "*",
            "**",
            "?",
            "a*",
            "*b",
            "*.py",
            "f*o",
            "[ab]",
            "[!a]*",
            "[a-c]",
            "[]a]",
            "[",
            "[a",
            "a**",
            "**b",
            "\\a",
            "\\#c",
            "\\!d",
            "x\\[1\\]",
            "[[:alpha:]]",
            "[[:alpha:]b]*",
            "[^a]",
            "??",
            "***",
            "[a-",
            "a\\",
            "[\\a]",
            "[!]",
            "[c-a]",
            "[a-a]",
            "*?",
            "?*b",
            "[[:nope:]]",
        ]
    ),
)
_PATTERN = st.builds(
    lambda negated, anchored, parts, folder, space: negated + anchored + "/".join(parts) + folder + space,
    st.sampled_from(["", "", "", "!"]),
    st.sampled_from(["", "", "/", "**/"]),
    st.lists(_GLOB_PART, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "/**", "/*"]),
    st.sampled_from(["", "", "", " ", "\\ ", "\r", "\t"]),
)
_IGNORE_FILE = st.lists(_PATTERN, max_size=5).map(lambda lines: "\n".join(lines).encode())


def _without_clashes(paths: list[str]) -> list[str]:
    folders = {path[:at] for path in paths for at, char in enumerate(path) if char == "/"}
    return [path for path in paths if path not in folders]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    paths=st.lists(_PATH, min_size=3, max_size=14, unique=True),
    top=_IGNORE_FILE,
    nested=_IGNORE_FILE,
    info=_IGNORE_FILE,
    where=st.sampled_from(["a", "foo", "a/b", "ab"]),
)
def test_a_walk_finds_the_files_that_git_would_add(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str], top: bytes, nested: bytes, info: bytes, where: str
) -> None:
    """For generated trees and nested rules the entries are those of `git ls-files -co --exclude-standard`."""
    folder = tmp_path_factory.mktemp("tree")
    _git(folder, "init", "-q", ".")
    files = dict.fromkeys(_without_clashes([*paths, f"{where}/.gitignore"]), b"")
    _make(folder, files)
    (folder / where / ".gitignore").write_bytes(nested)
    (folder / ".gitignore").write_bytes(top)
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/exclude").write_bytes(info)
    assert _seen_by_us(folder) == _seen_by_git(folder)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(top=_IGNORE_FILE, middle=_IGNORE_FILE, paths=st.lists(_PATH, min_size=3, max_size=10, unique=True))
def test_rules_above_the_project_hold_inside_it(
    tmp_path_factory: pytest.TempPathFactory, top: bytes, middle: bytes, paths: list[str]
) -> None:
    """A project inside a repository obeys the ignore files above it, unless they exclude the project itself."""
    repository = tmp_path_factory.mktemp("outer")
    _git(repository, "init", "-q", ".")
    _make(repository, {f"pkg/proj/{path}": b"" for path in _without_clashes(paths)} | {".gitignore": top, "pkg/.gitignore": middle})
    excluded = _git(repository, "check-ignore", "--no-index", "pkg", "pkg/proj")
    listed = _seen_by_git(repository / "pkg/proj")
    if not excluded:
        assert _seen_by_us(repository / "pkg/proj") == listed
    else:
        assert len(_seen_by_us(repository / "pkg/proj")) == len(_without_clashes(paths))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a*c", "abbc", True),
        ("a*c", "a/c", False),
        ("**/c", "a/b/c", True),
        ("**/c", "c", True),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("[!a]b", "/b", False),
        ("[[:digit:]]", "7", True),
        ("[]-]", "-", True),
    ],
)
def test_globs_mean_what_wildmatch_means(pattern: str, text: str, expected: bool) -> None:
    """A few patterns whose meaning is easy to get wrong."""
    import re

    regex = glob_regex(pattern, slashes=True)
    assert regex is not None
    assert bool(re.compile(regex, re.DOTALL).match(text)) is expected


def test_a_malformed_set_matches_nothing() -> None:
    """Git drops a pattern with an unclosed set or an unknown class, and so do we."""
    assert glob_regex("a[b", slashes=False) is None
    assert glob_regex("[[:nope:]]", slashes=False) is None
    assert not IgnoreFile(b"a[b\n\\\n/\n!\n# comment\n\n")


def test_leindexignore_is_stronger_than_gitignore(tmp_path: Path) -> None:
    """What `.leindexignore` brings back is indexed although git ignores it, and the other way round."""
    _make(
        tmp_path,
        {
            ".gitignore": b"*.log\nout/\n",
            ".leindexignore": b"!keep.log\nsecret_plans.py\n!node_modules/\n",
            "keep.log": b"x",
            "other.log": b"x",
            "secret_plans.py": b"x",
            "node_modules/wanted/index.js": b"x",
        },
    )
    found = walk(tmp_path, WalkRules())
    assert {"keep.log", "node_modules/wanted/index.js"} <= {entry.path for entry in found.entries}
    assert ("secret_plans.py", SkipReason.LEINDEX_IGNORED) in found.skipped
    assert ("other.log", SkipReason.IGNORED) in found.skipped


def test_the_exclude_setting_is_strongest(tmp_path: Path) -> None:
    """A pattern of the setting wins over a `.leindexignore` that brings the file back."""
    _make(tmp_path, {".leindexignore": b"!a.py\n", "a.py": b"", "b.py": b""})
    found = walk(tmp_path, WalkRules(exclude=("a.py",)))
    assert [entry.path for entry in found.entries] == [".leindexignore", "b.py"]
    assert found.skipped == [("a.py", SkipReason.EXCLUDED)]


def test_an_ignored_project_is_indexed_when_it_is_asked_for(tmp_path: Path) -> None:
    """Whoever names a folder that the repository around it ignores (a package in `.venv`) gets its files."""
    _git(tmp_path, "init", "-q", ".")
    _make(tmp_path, {".gitignore": b"/env\n", "env/.gitignore": b"*\n", "env/lib/pkg/a.py": b""})
    assert _seen_by_us(tmp_path / "env/lib/pkg") == ["a.py"]


def test_a_repository_inside_the_project_has_its_own_rules(tmp_path: Path) -> None:
    """As for git, the rules of the outer repository end where an inner one begins."""
    _git(tmp_path, "init", "-q", ".")
    _make(tmp_path, {".gitignore": b"*.txt\n", "sub/a.txt": b"", "sub/b.md": b"", "plain/a.txt": b""})
    _git(tmp_path / "sub", "init", "-q", ".")
    (tmp_path / "sub/.gitignore").write_bytes(b"*.md\n")
    assert _seen_by_us(tmp_path) == [".gitignore", "sub/.gitignore", "sub/a.txt"]
    assert _seen_by_git(tmp_path / "sub") == [".gitignore", "a.txt"]


def test_a_worktree_obeys_the_excludes_of_its_repository(tmp_path: Path) -> None:
    """The `.git` file of a worktree leads to the shared `info/exclude`."""
    main = tmp_path / "main"
    main.mkdir()
    _git(main, "init", "-q", ".")
    _git(main, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "--allow-empty", "-m", "first")
    _git(main, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "side")
    (main / ".git/info").mkdir(exist_ok=True)
    (main / ".git/info/exclude").write_bytes(b"hidden.py\n")
    _make(tmp_path / "tree", {"hidden.py": b"", "seen.py": b""})
    assert _seen_by_us(tmp_path / "tree") == _seen_by_git(tmp_path / "tree") == ["seen.py"]


def test_a_linked_ignore_file_is_not_followed(tmp_path: Path) -> None:
    """Git reads no `.gitignore` that is a link, and neither do we."""
    _git(tmp_path, "init", "-q", ".")
    _make(tmp_path, {"a.py": b"", "rules.txt": b"a.py\n"})
    (tmp_path / ".gitignore").symlink_to("rules.txt")
    assert "a.py" in _seen_by_us(tmp_path)
    assert "a.py" in _seen_by_git(tmp_path)


@pytest.mark.parametrize(
    "pattern", [b"*a*a*a*a*a*a*a*a*a*a*a*a*b", b"**/a*a*a*a*a*a*a*a*a*a/**/b", b"**/a/**/a/**/a/**/a/**/a/**/a/**/b"]
)
def test_a_hostile_pattern_costs_no_exponential_time(pattern: bytes) -> None:
    """A pattern full of stars against a long name ends (with backtracking it would take years)."""
    name = "a" * 250
    path = "a/" * 120 + name
    assert IgnoreFile(pattern).verdict(name, path, False) is None
