"""Trees that are odd, hostile or change under the reader: nothing crashes, waits or leaves the project."""

import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from lepasserelle.files import FileEntry, SkipReason, Source, WalkRules, by_reason, path_to_os, read_source, source, walk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and modes of POSIX")

_RULES = WalkRules()


def _entry(path: str, size_bytes: int = 1, language: str = "python") -> FileEntry:
    return FileEntry(path, size_bytes, 0, language)


def test_links_are_not_followed_and_say_where_they_lead(tmp_path: Path) -> None:
    """Loops, links out of the project, broken links and links inside it: each file is found once."""
    project = tmp_path / "project"
    (project / "a").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").touch()
    (project / "a/real.py").touch()
    (project / "a/loop").symlink_to(project)
    (project / "self").symlink_to("self")
    (project / "alias.py").symlink_to("a/real.py")
    (project / "out").symlink_to(tmp_path / "outside")
    (project / "out.py").symlink_to(tmp_path / "outside/secret.py")
    (project / "sibling").symlink_to(tmp_path / "project2")
    (tmp_path / "project2").mkdir()
    (project / "gone.py").symlink_to("nowhere.py")
    found = walk(project, _RULES)
    assert [entry.path for entry in found.entries] == ["a/real.py"]
    assert by_reason(found.skipped) == {
        "broken link": ["gone.py", "self"],
        "link that leaves the project": ["out", "out.py", "sibling"],
        "link to a place inside the project": ["a/loop", "alias.py"],
    }


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    """Between the walk and the reading it was replaced."""
    (tmp_path / "elsewhere.py").write_text("x = 1\n")
    (tmp_path / "a.py").symlink_to("elsewhere.py")
    assert read_source(tmp_path, _entry("a.py"), _RULES) == SkipReason.SPECIAL


def test_pipes_and_sockets_are_left_out_without_waiting(tmp_path: Path) -> None:
    """Opening a pipe that nobody writes to must not block, neither in the walk nor in the reading."""
    os.mkfifo(tmp_path / "pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        old = Path.cwd()
        os.chdir(tmp_path)
        try:
            server.bind("sock.py")
        finally:
            os.chdir(old)
        assert walk(tmp_path, _RULES).skipped == [("pipe.py", SkipReason.SPECIAL), ("sock.py", SkipReason.SPECIAL)]
        assert read_source(tmp_path, _entry("pipe.py"), _RULES) == SkipReason.SPECIAL
        assert read_source(tmp_path, _entry("sock.py"), _RULES) == SkipReason.SPECIAL
    assert read_source(Path("/dev"), _entry("null"), _RULES) == SkipReason.SPECIAL


def test_names_that_are_no_utf8_are_walked_and_read(tmp_path: Path) -> None:
    """The folder and the file come back under an escaped path."""
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    Path(os.fsdecode(folder)).mkdir()
    Path(os.fsdecode(folder + b"/\xff\xfe.py")).write_bytes(b"x = 1\n")
    (tmp_path / "a\\xff.py").write_bytes(b"y = 2\n")
    entries = walk(tmp_path, _RULES).entries
    assert [entry.path for entry in entries] == ["a\\x5cxff.py", "caf\\xe9/\\xff\\xfe.py"]
    texts = [read_source(tmp_path, entry, _RULES) for entry in entries]
    assert [text.data for text in texts if isinstance(text, Source)] == [b"y = 2\n", b"x = 1\n"]
    assert os.fsencode(path_to_os(entries[1].path)) == b"caf\xe9/\xff\xfe.py"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders_are_counted(tmp_path: Path) -> None:
    """Permission denied costs that file, not the run."""
    (tmp_path / "closed").mkdir(mode=0o000)
    (tmp_path / "a.py").touch(mode=0o000)
    try:
        found = walk(tmp_path, _RULES)
        assert ("closed/", SkipReason.UNREADABLE) in found.skipped
        assert read_source(tmp_path, _entry("a.py"), _RULES) == SkipReason.UNREADABLE
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_refused_file_is_counted_as_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same when the system refuses to open it (also for root)."""
    (tmp_path / "a.py").touch()

    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(source.os, "open", refuse)
    assert read_source(tmp_path, _entry("a.py"), _RULES) == SkipReason.UNREADABLE


def test_a_file_that_vanished_is_counted(tmp_path: Path) -> None:
    """Deleted, or its folder replaced by a file, between walk and reading."""
    (tmp_path / "file").touch()
    assert read_source(tmp_path, _entry("gone.py"), _RULES) == SkipReason.VANISHED
    assert read_source(tmp_path, _entry("file/a.py"), _RULES) == SkipReason.VANISHED


def test_a_huge_file_is_never_read(tmp_path: Path) -> None:
    """A sparse file of 1 GB that grew after the walk is refused by its size alone."""
    with (tmp_path / "big.py").open("wb") as file:
        file.truncate(1 << 30)
    assert walk(tmp_path, _RULES).skipped == [("big.py", SkipReason.TOO_LARGE)]
    assert read_source(tmp_path, _entry("big.py"), _RULES) == SkipReason.TOO_LARGE


def test_a_file_that_changes_once_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second attempt gives the new text, whole."""
    place = tmp_path / "a.py"
    place.write_bytes(b"old text\n")
    real, calls = os.read, []

    def read(descriptor: int, size: int) -> bytes:
        if not calls:
            place.write_bytes(b"a new and longer text\n")
        calls.append(size)
        return real(descriptor, size)

    monkeypatch.setattr(source.os, "read", read)
    text = read_source(tmp_path, _entry("a.py"), _RULES)
    assert isinstance(text, Source)
    assert text.data == b"a new and longer text\n"


def test_a_file_that_never_rests_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half-old, half-new text gets into an index; the attempts are bounded."""
    place = tmp_path / "a.py"
    place.write_bytes(b"x")
    real, calls = os.read, []

    def read(descriptor: int, size: int) -> bytes:
        calls.append(size)
        place.write_bytes(b"x" * (len(calls) + 5))
        return real(descriptor, size)

    monkeypatch.setattr(source.os, "read", read)
    assert read_source(tmp_path, _entry("a.py"), _RULES) == SkipReason.CHANGED
    assert len(calls) < 10


def test_a_file_replaced_while_it_is_read_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor's rename over the file leaves the open one unchanged; the path tells."""
    place = tmp_path / "a.py"
    place.write_bytes(b"old\n")
    real, calls = os.read, []

    def read(descriptor: int, size: int) -> bytes:
        data = real(descriptor, size)
        if not calls:
            (tmp_path / "new").write_bytes(b"new\n")
            (tmp_path / "new").replace(place)
        calls.append(size)
        return data

    monkeypatch.setattr(source.os, "read", read)
    text = read_source(tmp_path, _entry("a.py"), _RULES)
    assert isinstance(text, Source)
    assert text.data == b"new\n"


def test_reads_that_give_less_than_asked_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system may give a file in pieces."""
    (tmp_path / "a.py").write_bytes(b"0123456789" * 10)
    real = os.read
    monkeypatch.setattr(source.os, "read", lambda descriptor, size: real(descriptor, min(size, 7)))
    text = read_source(tmp_path, _entry("a.py"), _RULES)
    assert isinstance(text, Source)
    assert text.data == b"0123456789" * 10


def test_a_tree_that_is_deleted_during_the_walk_ends_the_walk(tmp_path: Path) -> None:
    """Folders vanish between their listing and their visit; what is left is found and nothing is raised."""
    for number in range(300):
        (tmp_path / f"d{number}").mkdir()
        (tmp_path / f"d{number}/a.py").touch()
    (tmp_path / "keep.py").touch()

    def remove() -> None:
        for number in range(300):
            (tmp_path / f"d{number}/a.py").unlink()
            (tmp_path / f"d{number}").rmdir()

    thread = threading.Thread(target=remove)
    thread.start()
    try:
        while thread.is_alive():
            assert "keep.py" in {entry.path for entry in walk(tmp_path, _RULES).entries}
    finally:
        thread.join()
    assert [entry.path for entry in walk(tmp_path, _RULES).entries] == ["keep.py"]


def test_a_very_deep_tree_is_walked_without_recursion(tmp_path: Path) -> None:
    """Deeper than Python's stack; where the path gets too long for the system, that folder is counted."""
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(1500):
            os.mkdir("deep", dir_fd=descriptor)
            below = os.open("deep", os.O_RDONLY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        os.close(os.open("a.py", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    finally:
        os.close(descriptor)
    found = walk(tmp_path, _RULES)
    while (tmp_path / "deep/deep").exists():
        (tmp_path / "deep/deep").rename(tmp_path / "next")
        (tmp_path / "deep").rmdir()
        (tmp_path / "next").rename(tmp_path / "deep")
    assert len(found.entries) + len(found.skipped) == 1


def test_bytes_of_any_kind_are_read_or_refused(tmp_path: Path) -> None:
    """Invalid UTF-8 is a source; NUL bytes are not."""
    (tmp_path / "latin.py").write_bytes(b"x = '\xe9\xff\x80'\n")
    (tmp_path / "nul.py").write_bytes(b"x = 1\0\n")
    text = read_source(tmp_path, _entry("latin.py"), _RULES)
    assert isinstance(text, Source)
    assert text.data == b"x = '\xe9\xff\x80'\n"
    assert read_source(tmp_path, _entry("nul.py"), _RULES) == SkipReason.BINARY
