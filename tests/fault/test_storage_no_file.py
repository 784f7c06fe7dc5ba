"""Something else in a file's place (a directory, a pipe, a link to nowhere, a socket): damage like any other, mended by a read."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.durable.regular import NotAFileError, open_regular

QUIET = MemoryConfig(auto_spill=False)


def directory(path: Path) -> None:
    """One that is not empty: it cannot be replaced by a rename."""
    path.mkdir()
    (path / "inside").write_text("kept from being empty", encoding="utf-8")


def pipe(path: Path) -> None:
    """Opening it waits for a writer, unless one does not want to wait."""
    os.mkfifo(path)


def link_to_nowhere(path: Path) -> None:
    """A link whose target is gone."""
    path.symlink_to("gone")


def link_to_itself(path: Path) -> None:
    """A circle."""
    path.symlink_to(path.name)


def link_to_a_device(path: Path) -> None:
    """It can be read for ever."""
    path.symlink_to("/dev/zero")


def listener(path: Path) -> None:
    """A socket, bound by a short name: its own may be too long for one."""
    was = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("s")
        Path("s").rename(path.name)
    finally:
        os.chdir(was)


KINDS = [directory, pipe, link_to_nowhere, link_to_itself, link_to_a_device, listener]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an index."""
    root = tmp_path_factory.mktemp("odd")
    (root / "shop.py").write_text(
        "def pay(cart):\n    return charge(cart)\n\n\ndef charge(cart):\n    return 1\n", encoding="utf-8"
    )
    with LeIndex(root, QUIET) as leindex:
        leindex.index_project()
    return root


@pytest.mark.parametrize("odd", KINDS)
def test_what_is_no_file_is_said_at_once(tmp_path: Path, odd: Callable[[Path], None]) -> None:
    """Neither waited for nor read."""
    path = tmp_path / "segment"
    odd(path)
    with pytest.raises(NotAFileError if odd is not link_to_nowhere else FileNotFoundError):
        open_regular(path)


@pytest.mark.parametrize("odd", KINDS)
def test_a_segment_whose_place_something_else_took_is_mended(project: Path, tmp_path: Path, odd: Callable[[Path], None]) -> None:
    """`verify` names it, statistics do not wait for it, the next question answers as before; then all is whole again."""
    root = tmp_path / "copy"
    shutil.copytree(project, root)
    with LeIndex(root, QUIET) as leindex:
        before = leindex.search("charge the cart"), leindex.callers("charge")
    for kind in ("graph", "text"):
        with LeIndex(root, QUIET) as leindex:
            (path,) = leindex.folder.glob(f"segments/*-{kind}-*.seg")
            path.unlink()
            odd(path)
            assert [one.kind for one in leindex.verify_caches().segments if one.problem] == [kind]
            assert leindex.get_cache_stats().caches[0 if kind == "graph" else 1].state in {"frozen", "absent"}
            leindex.spill_all_caches(cold=True)
            assert (leindex.search("charge the cart"), leindex.callers("charge")) == before
            assert leindex.verify_caches().is_whole
            assert path.is_file()
            assert not path.is_symlink()


@pytest.mark.parametrize("odd", [pipe, directory, listener])
@pytest.mark.parametrize("name", ["lestockage.db", "lestockage.db-wal", "access.db", "access.db-journal"])
def test_a_database_whose_place_something_else_took_is_made_anew(
    project: Path, tmp_path: Path, odd: Callable[[Path], None], name: str
) -> None:
    """Nobody waits for it, questions answer, also those that need it; the next run of indexing puts it aside and makes another."""
    root = tmp_path / "copy"
    shutil.copytree(project, root)
    with LeIndex(root, QUIET) as leindex:
        before = leindex.search("charge the cart"), leindex.callers("charge")
        leindex.manager.look()
        (leindex.folder / name).unlink(missing_ok=True)
        odd(leindex.folder / name)
        leindex.verify_caches()
        for path in (*leindex.folder.glob("segments/*-graph-*"), *leindex.folder.glob("frozen/*-graph-*")):
            path.unlink()
        leindex.get_cache_stats()
        leindex.spill_all_caches()
        assert (leindex.search("charge the cart"), leindex.callers("charge")) == before
        leindex.manager.look()
        assert leindex.index_project().symbols > 0
        assert leindex.reload_vector_from_pdg() > 0
        assert leindex.verify_caches().is_whole
        assert (leindex.folder / "lestockage.db").is_file()
        leindex.manager.look()
        assert (leindex.folder / "access.db").is_file()


def test_a_copy_whose_place_something_else_took_is_no_copy(project: Path, tmp_path: Path) -> None:
    """A segment is lost, and a directory lies where its copy was: brought back from elsewhere, and named by `verify` before."""
    root = tmp_path / "copy"
    shutil.copytree(project, root)
    with LeIndex(root, QUIET) as leindex:
        before = leindex.callers("charge")
        leindex.spill_all_caches()
        (segment,) = leindex.folder.glob("segments/*-graph-*.seg")
        (frozen,) = [path for path in (leindex.folder / "frozen").iterdir() if "-graph-" in path.name]
        frozen.unlink()
        frozen.mkdir()
        assert [one.kind for one in leindex.verify_caches().copies if one.problem] == ["graph"]
        segment.unlink()
        assert leindex.callers("charge") == before
        assert segment.is_file()


def test_a_folder_in_quarantine_is_collected(project: Path, tmp_path: Path) -> None:
    """With all that is in it, links not followed: what was put aside does not stay for ever."""
    root = tmp_path / "copy"
    shutil.copytree(project, root)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("not ours", encoding="utf-8")
    with LeIndex(root, QUIET) as leindex:
        aside = leindex.folder / "quarantine" / "segment.1-ab"
        (aside / "deep").mkdir(parents=True)
        (aside / "deep" / "file").write_text("ours", encoding="utf-8")
        (aside / "link").symlink_to(outside)
        (root / "shop.py").write_text("def pay(cart):\n    return 2\n", encoding="utf-8")
        leindex.index_project()
        assert not aside.exists()
    assert (outside / "kept").read_text(encoding="utf-8") == "not ours"
