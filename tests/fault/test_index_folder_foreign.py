"""A folder for the index that holds something else: refused with what to do, and not a byte there is written."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lepasserelle import IndexFolderError, LeIndex, MemoryConfig
from lepasserelle.config import Settings
from lepasserelle.ingest import Ingest
from lepasserelle.storage import Index, layout

QUIET = MemoryConfig(auto_spill=False)
EXTENSION = {
    "manifest.json": '{"manifest_version":3,"name":"My extension"}\n',
    "background.js": "function hello(){return 1}\n",
    ".gitignore": "node_modules\n",
}


def project(folder: Path, texts: dict[str, str] = EXTENSION) -> Path:
    """A folder with these files."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def leindex(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEINDEX_")}
    command = [sys.executable, "-m", "lepasserelle", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env={**kept, **environment}, timeout=120)


@pytest.mark.parametrize(
    "words",
    [
        ["index"],
        ["search", "hello"],
        ["grep", "hello"],
        ["search", "hello", "--mode", "literal"],
        ["status"],
        ["cache", "clear"],
        ["cache", "verify"],
        ["memory"],
    ],
    ids=" ".join,
)
def test_every_command_refuses_the_project_itself(tmp_path: Path, words: list[str]) -> None:
    """By the setting and by the option; the user's manifest stays, and git sees every file."""
    root = project(tmp_path / "extension")
    before = content(root)
    for given, environment in (([], {"LEINDEX_INDEX_DIR": "."}), (["--index-dir", "."], {})):
        done = leindex(*words, *given, cwd=root, **environment)
        assert done.returncode != 0
        assert "is the project itself" in done.stderr
        assert "--index-dir" in done.stderr
        assert content(root) == before


@pytest.mark.parametrize("place", ["library", "../other", "..", "../linked"])
def test_a_folder_with_something_else_is_refused(tmp_path: Path, place: str) -> None:
    """A package of the project, a folder of somebody else, one around the project, and a link to one; by the library too."""
    root = project(tmp_path / "shop", {"main.py": "x = 1\n", "library/__init__.py": "", "library/pay.py": "def pay(): ...\n"})
    project(tmp_path / "other")
    (tmp_path / "linked").symlink_to("shop")
    before = content(tmp_path)
    with pytest.raises(IndexFolderError, match="Nothing was written"):
        LeIndex(root, QUIET, index_dir=place)
    with pytest.raises(IndexFolderError, match="Nothing was written"):
        Ingest(root, Settings(index_dir=place)).index()
    with pytest.raises(IndexFolderError), Index.open(tmp_path / "other").writer_lock():
        pass
    assert content(tmp_path) == before


def test_a_server_for_agents_refuses_it_too(tmp_path: Path) -> None:
    """Before its log is there."""
    pytest.importorskip("mcp")
    from lepasserelle.faces.mcp.opening import open_server

    root = project(tmp_path / "extension")
    before = content(root)
    with pytest.raises(IndexFolderError, match="is the project itself"), open_server(root, str(root)):
        pass
    assert content(root) == before


def test_names_that_others_give_are_the_ones_that_are_known() -> None:
    """Of the log of a server and of spilled answers, which are no part of storage."""
    from lepasserelle.faces.mcp.shared import LOG_NAME
    from lepasserelle.memory.store_folder import SPILLED

    assert (LOG_NAME, SPILLED) == (layout.SERVER_LOG, layout.SPILLED)


@pytest.mark.parametrize("name", ["segments/data.csv", "generations/notes.txt", ".gitignore", "linked/a.txt", "manifest.json"])
def test_a_name_that_an_index_has_too_is_no_index(tmp_path: Path, name: str) -> None:
    """What is in it decides."""
    project(tmp_path / "other", {name: "{}\n"})
    root = project(tmp_path / "shop", {"main.py": "x = 1\n"})
    with pytest.raises(IndexFolderError, match=name.partition("/")[0]):
        LeIndex(root, QUIET, index_dir=str(tmp_path / "other"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose index lies beside it."""
    place = tmp_path_factory.mktemp("whole")
    root = project(place / "shop", {"main.py": "def pay():\n    return 1\n"})
    with LeIndex(root, QUIET, index_dir=str(place / "index")) as opened:
        opened.index_project()
    return place


def _cut(name: str, size: int) -> Callable[[Path], None]:
    return lambda folder: os.truncate(folder / name, size)


def _gone(*patterns: str) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        for path in [path for pattern in patterns for path in folder.glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return remove


def _keep(*names: str) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        for path in list(folder.iterdir()):
            if path.name not in names:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    return remove


DAMAGES = {
    "manifest empty": _cut("manifest.json", 0),
    "manifest gone": _gone("manifest.json"),
    "manifest and lestockage gone": _gone("manifest.json", "lestockage.db*"),
    "manifest empty, only it and lestockage": lambda folder: (
        _cut("manifest.json", 0)(folder),
        _keep("manifest.json", "lestockage.db")(folder),
    ),
    "only the manifest": _keep("manifest.json"),
    "only lestockage": _keep("lestockage.db"),
    "only segments": _keep("segments"),
    "only the lock": _keep("write.lock"),
    "a stranger's file beside it": lambda folder: (folder / "notes.txt").write_text("mine", encoding="utf-8"),
    "nothing": _keep(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_rebuilt(whole: Path, tmp_path: Path, damage: str) -> None:
    """Whatever is left of it is enough to know it."""
    shutil.copytree(whole, tmp_path / "copy")
    DAMAGES[damage](tmp_path / "copy" / "index")
    with LeIndex(whole / "shop", QUIET, index_dir=str(tmp_path / "copy" / "index")) as opened:
        assert opened.index_project().files == 1
        assert opened.search("pay")[0].path == "main.py"


@pytest.mark.parametrize(
    "names",
    [["segments/"], ["segments/", "generations/"], ["segments/", "generations/", ".gitignore"], [".gitignore", "mcp-server.log"]],
    ids=" ".join,
)
def test_a_first_run_that_was_killed_at_any_step_goes_on(tmp_path: Path, names: list[str]) -> None:
    """Before its lock was there, and with the unfinished file that it left."""
    root, folder = project(tmp_path / "shop", {"main.py": "x = 1\n"}), tmp_path / "index"
    folder.mkdir()
    (folder / "..gitignore.77-abcdef012345.tmp").write_bytes(b"*")
    for name in names:
        (folder / name).mkdir() if name.endswith("/") else (folder / name).write_bytes(b"*\n")
    with LeIndex(root, QUIET, index_dir=str(folder)) as opened:
        assert opened.index_project().files == 1
    assert json.loads((folder / "manifest.json").read_bytes())["format"] == "lepasserelle"
