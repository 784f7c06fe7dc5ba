"""One folder for the indexes of two projects: neither answers for the other, nor replaces it. One that moves keeps its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xxhash

from lepasserelle import IndexFolderError, LeIndex, MemoryConfig
from lepasserelle.storage import FORMAT_VERSION

QUIET = MemoryConfig(auto_spill=False)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two projects, and the folder that has the index of the first."""
    roots = []
    for name in ("alpha", "beta"):
        root = tmp_path / name
        root.mkdir()
        (root / f"{name}.py").write_text(f"def {name}_thing():\n    return 1\n", encoding="utf-8")
        roots.append(root)
    make(roots[0], tmp_path / "shared")
    return roots[0], roots[1], tmp_path / "shared"


def make(root: Path, folder: Path) -> int:
    """Index a project; returns the generation."""
    with LeIndex(root, QUIET, index_dir=str(folder)) as opened:
        return opened.index_project().generation


def found(root: Path, folder: Path) -> list[str]:
    """The paths that answer "thing" about a project."""
    with LeIndex(root, QUIET, index_dir=str(folder)) as opened:
        return [hit.path for hit in opened.search("thing")]


def content(folder: Path) -> dict[str, bytes]:
    """Every file of an index but those that a reader and a refused writer touch."""
    kept = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(("access.db", "lestockage.db-", "write.lock"))
    ]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


@pytest.mark.parametrize(
    "words",
    [
        ["index"],
        ["search", "alpha thing"],
        ["grep", "alpha_thing"],
        ["symbol", "alpha_thing"],
        ["status"],
        ["callers", "alpha_thing"],
    ],
    ids=" ".join,
)
def test_no_command_answers_for_another_project(pair: tuple[Path, Path, Path], words: list[str]) -> None:
    """The error names both, what was there stays, and the first project is answered as before."""
    alpha, beta, shared = pair
    before = content(shared)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEINDEX_")}
    place = [str(beta)] if words == ["index"] else ["-p", str(beta)]
    done = subprocess.run(
        [sys.executable, "-m", "lepasserelle", *words, *place],
        capture_output=True,
        text=True,
        check=False,
        env={**environment, "LEINDEX_INDEX_DIR": str(shared)},
        timeout=120,
    )
    assert done.returncode != 0
    assert str(alpha) in done.stderr
    assert str(beta) in done.stderr
    assert "index_dir" in done.stderr
    assert "alpha.py" not in done.stdout
    assert content(shared) == before
    assert found(alpha, shared) == ["alpha.py"]


def test_the_way_that_the_error_names_works(pair: tuple[Path, Path, Path]) -> None:
    """With the folder deleted it is the other project's."""
    alpha, beta, shared = pair
    shutil.rmtree(shared)
    make(beta, shared)
    assert found(beta, shared) == ["beta.py"]
    with pytest.raises(IndexFolderError, match="alpha"):
        found(alpha, shared)


def test_a_project_around_another_does_not_take_its_index(pair: tuple[Path, Path, Path]) -> None:
    """Though the shared folder lies in it."""
    alpha, _, shared = pair
    with pytest.raises(IndexFolderError, match="alpha"):
        make(alpha.parent, shared)
    assert found(alpha, shared) == ["alpha.py"]


def written_by_another_version(shared: Path) -> None:
    """The manifest as a later format has it: members that this version does not know, and a checksum that fits."""
    document = json.loads((shared / "manifest.json").read_text("utf-8"))
    document |= {"format_version": FORMAT_VERSION + 1, "new": []}
    document.pop("checksum")
    body = json.dumps(document, indent=2).rstrip("\n}") + ",\n  "
    (shared / "manifest.json").write_text(f'{body}"checksum": "{xxhash.xxh3_128_hexdigest(body.encode())}"\n}}\n', "utf-8")


def manifest_lost(shared: Path) -> None:
    """And every copy of it."""
    (shared / "manifest.json").unlink()
    for path in (shared / "generations").iterdir():
        path.unlink()


@pytest.mark.parametrize("spoil", [written_by_another_version, manifest_lost])
def test_an_index_that_cannot_be_read_is_replaced_by_its_own_project_only(
    pair: tuple[Path, Path, Path], spoil: Callable[[Path], None]
) -> None:
    """Of another version, or without its manifest: the other project took the folder, and the first one was locked out of it."""
    alpha, beta, shared = pair
    spoil(shared)
    before = content(shared)
    with pytest.raises(IndexFolderError, match=r"alpha(\.py)?"):
        make(beta, shared)
    assert content(shared) == before
    assert make(alpha, shared) == 2
    assert found(alpha, shared) == ["alpha.py"]


def test_a_link_to_a_project_is_that_project(pair: tuple[Path, Path, Path]) -> None:
    """And so is a link to its index."""
    alpha, _, shared = pair
    (alpha.parent / "link").symlink_to(alpha)
    (alpha.parent / "index").symlink_to(shared)
    assert found(alpha.parent / "link", alpha.parent / "index") == ["alpha.py"]
    assert make(alpha.parent / "link", shared) == 1


def test_a_project_that_was_moved_takes_its_index_on(pair: tuple[Path, Path, Path]) -> None:
    """A question says how; then it answers, with nothing parsed anew, and the place that it came from is forgotten."""
    alpha, beta, shared = pair
    moved = alpha.rename(alpha.parent / "moved")
    with pytest.raises(IndexFolderError, match=r"not there any more.*leindex index"):
        found(moved, shared)
    with LeIndex(moved, QUIET, index_dir=str(shared)) as opened:
        report = opened.index_project()
        assert (report.generation, report.parsed_files) == (1, 0)
    assert found(moved, shared) == ["alpha.py"]
    with pytest.raises(IndexFolderError, match="moved"):
        make(beta, shared)


@pytest.mark.parametrize("place", ["", ".kept", "build/index"])
@pytest.mark.parametrize("copied", [True, False])
def test_an_index_inside_its_project_goes_where_that_goes(pair: tuple[Path, Path, Path], place: str, copied: bool) -> None:
    """Moved or copied: both answer, and both can be indexed."""
    alpha, _, _ = pair
    with LeIndex(alpha, QUIET, index_dir=place) as opened:
        opened.index_project()
    other = alpha.parent / "other"
    if copied:
        shutil.copytree(alpha, other)
    else:
        alpha.rename(other)
    for root in (other, alpha) if copied else (other,):
        with LeIndex(root, QUIET, index_dir=place) as opened:
            assert opened.search("thing")[0].path == "alpha.py"
            assert opened.index_project().parsed_files == 0
