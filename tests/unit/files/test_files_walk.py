"""Walking a tree: what is found, in which order, with which reason the rest is left out, and how staleness is counted."""

import os
from pathlib import Path

import pytest

from lepasserelle.config import Settings
from lepasserelle.errors import ProjectError
from lepasserelle.files import FileEntry, SkipReason, WalkRules, by_reason, count_stale, walk
from lepasserelle.model import NodeFlag


def _make(folder: Path, *paths: str, content: bytes = b"x = 1\n") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def _known(folder: Path) -> dict[str, tuple[int, int]]:
    return {entry.path: (entry.size_bytes, entry.mtime_ns) for entry in walk(folder, WalkRules()).entries}


def test_entries_come_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    """Sorted by the UTF-8 of the whole path, whatever order the file system lists."""
    _make(tmp_path, "b.py", "a/z.py", "a.py", "a-b.py", "é.py", "Z.py", "a/b/c.py", "𝒳.py", "ﬀ.py")
    paths = [entry.path for entry in walk(tmp_path, WalkRules()).entries]
    assert paths == sorted(paths, key=str.encode)
    assert len(paths) == 9


def test_an_entry_says_what_stat_and_the_path_say(tmp_path: Path) -> None:
    """Size, time of change, language and traits."""
    _make(tmp_path, "tests/test_a.py", "vendor/lib/b.go", "src/c.rs")
    entries = {entry.path: entry for entry in walk(tmp_path, WalkRules()).entries}
    status = (tmp_path / "src/c.rs").stat()
    assert entries["src/c.rs"] == FileEntry("src/c.rs", status.st_size, status.st_mtime_ns, "rust", 0)
    assert entries["tests/test_a.py"].flags == NodeFlag.TEST
    assert entries["vendor/lib/b.go"].flags == NodeFlag.SECONDARY


def test_everything_left_out_has_a_reason(tmp_path: Path) -> None:
    """Each kind of skip, a folder standing for all that is in it."""
    _make(
        tmp_path, ".git/HEAD", "node_modules/a/index.js", "__pycache__/a.pyc", "env/pyvenv.cfg", "env/lib/a.py", "a.png", "b.min.js"
    )
    _make(tmp_path, ".env", "Cargo.lock", "big.py", ".leindex/x.py", "main.py")
    (tmp_path / "big.py").write_bytes(b"#" * 2000)
    found = walk(tmp_path, WalkRules(max_file_bytes=1000))
    assert [entry.path for entry in found.entries] == ["main.py"]
    assert by_reason(found.skipped) == {
        "binary": ["a.png"],
        "cache": [".leindex/", "__pycache__/"],
        "dependencies": ["env/", "node_modules/"],
        "lock file": ["Cargo.lock"],
        "may hold a secret": [".env"],
        "minified": ["b.min.js"],
        "too large": ["big.py"],
        "version control": [".git/"],
    }


def test_a_library_as_it_is_distributed_is_a_dependency(tmp_path: Path) -> None:
    """In a folder of other people's code what stands beside its own minified form is left out; elsewhere, and alone, it is read."""
    _make(
        tmp_path,
        "js/vendor/jquery/jquery.js",
        "js/vendor/jquery/jquery.min.js",
        "js/vendor/jquery/own.js",
        "js/app.js",
        "js/app.min.js",
    )
    _make(
        tmp_path,
        "third_party/a.css",
        "third_party/a-min.css",
        "vendor/b.mjs",
        "vendor/b.min.js",
        "vendors.js/c.js",
        "vendors.js/c.min.js",
    )
    found = walk(tmp_path, WalkRules())
    assert by_reason(found.skipped)["dependencies"] == ["js/vendor/jquery/jquery.js", "third_party/a.css"]
    assert [entry.path for entry in found.entries] == ["js/app.js", "js/vendor/jquery/own.js", "vendor/b.mjs", "vendors.js/c.js"]
    (tmp_path / ".leindexignore").write_text("!jquery.js\n")
    assert "js/vendor/jquery/jquery.js" in [entry.path for entry in walk(tmp_path, WalkRules()).entries]
    (tmp_path / "third_party/a-min.css").unlink()
    assert "third_party/a.css" in [entry.path for entry in walk(tmp_path, WalkRules()).entries]


def test_secrets_are_walked_when_the_setting_says_so(tmp_path: Path) -> None:
    """`include_secrets` takes the rule back."""
    _make(tmp_path, ".env")
    rules = WalkRules.from_settings(Settings(include_secrets=True))
    assert [entry.path for entry in walk(tmp_path, rules).entries] == [".env"]


def test_where_docker_keeps_its_logins_is_a_secret(tmp_path: Path) -> None:
    """`config.json` in a folder `.docker`, at any depth and in any case; elsewhere it is a file like others."""
    _make(tmp_path, ".docker/config.json", "home/.docker/config.json", "docker/config.json", "config.json", ".docker/compose.json")
    _make(tmp_path, "work/.Docker/Config.JSON")
    found = walk(tmp_path, WalkRules())
    assert by_reason(found.skipped) == {
        "may hold a secret": [".docker/config.json", "home/.docker/config.json", "work/.Docker/Config.JSON"]
    }
    assert [entry.path for entry in found.entries] == [".docker/compose.json", "config.json", "docker/config.json"]
    assert len(walk(tmp_path, WalkRules(include_secrets=True)).entries) == 6


def test_only_the_languages_asked_for(tmp_path: Path) -> None:
    """A file whose language only its content can tell is kept until it is read."""
    _make(tmp_path, "a.py", "b.go", "tool", "x.h")
    found = walk(tmp_path, WalkRules(languages=("python",)))
    assert [entry.path for entry in found.entries] == ["a.py", "tool", "x.h"]
    assert found.skipped == [("b.go", SkipReason.LANGUAGE)]


def test_an_index_folder_inside_the_project_is_no_source(tmp_path: Path) -> None:
    """Wherever the setting puts it."""
    _make(tmp_path, "a.py", "tmp/index/b.py")
    found = walk(tmp_path, WalkRules(index_dir="tmp/index"))
    assert [entry.path for entry in found.entries] == ["a.py"]
    assert found.skipped == [("tmp/index/", SkipReason.CACHE)]


def test_a_folder_that_may_hold_sources_is_not_left_out(tmp_path: Path) -> None:
    """`build`, `dist`, `vendor`, `target` and `env` without any proof are walked."""
    paths = ["build/a.py", "dist/a.py", "env/a.py", "lib/a.py", "out/a.py", "target/a.py", "vendor/a.py"]
    _make(tmp_path, *paths)
    assert [entry.path for entry in walk(tmp_path, WalkRules()).entries] == paths


def test_an_empty_folder_is_an_empty_walk(tmp_path: Path) -> None:
    """No file, no reason, no error."""
    found = walk(tmp_path, WalkRules())
    assert (found.entries, found.skipped) == ([], [])


def test_a_project_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """The message names what was given."""
    _make(tmp_path, "file.py")
    with pytest.raises(ProjectError, match=r"file\.py.*is not a folder"):
        walk(tmp_path / "file.py", WalkRules())
    with pytest.raises(ProjectError, match=r"there is no folder.*absent"):
        walk(tmp_path / "absent", WalkRules())


def test_progress_is_told(tmp_path: Path) -> None:
    """The last call has the whole number."""
    _make(tmp_path, "a.py", "b.py")
    calls: list[int] = []
    walk(tmp_path, WalkRules(), calls.append)
    assert calls == [2]


def test_staleness_counts_changes_by_stat(tmp_path: Path) -> None:
    """A changed, an added and a removed file; nothing when nothing happened."""
    _make(tmp_path, "a.py", "b.py", "c/d.py")
    known = _known(tmp_path)
    fresh = count_stale(tmp_path, WalkRules(), known, deadline=float("inf"))
    assert (fresh.changed, fresh.added, fresh.removed, fresh.complete) == (0, 0, 0, True)
    os.utime(tmp_path / "a.py", ns=(1, 1))
    (tmp_path / "b.py").unlink()
    _make(tmp_path, "c/e.py", "f.py")
    stale = count_stale(tmp_path, WalkRules(), known, deadline=float("inf"))
    assert (stale.changed, stale.added, stale.removed, stale.complete) == (1, 2, 1, True)
    assert stale.total == 4


def test_a_deadline_makes_staleness_a_lower_bound(tmp_path: Path) -> None:
    """Cut short, removed files cannot be known, and the count says that it is not complete."""
    _make(tmp_path, "a.py", "b/c.py", "d/e.py")
    stale = count_stale(tmp_path, WalkRules(), {"gone.py": (1, 1)}, deadline=0.0, clock=lambda: 1.0)
    assert (stale.added, stale.removed, stale.complete) == (1, 0, False)
