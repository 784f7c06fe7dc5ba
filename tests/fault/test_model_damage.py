"""The model of words is damaged and the index is whole: that is told as what it is, and nothing is built for it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lepasserelle
from lepasserelle import ConfigError, LeIndex, ModelError
from lepasserelle.model import ContextRequest, SearchRequest
from lepasserelle.vectors import words

SHOP = {
    "cart.py": 'class Cart:\n    """What a customer is about to buy."""\n\n'
    '    def total(self):\n        """The price of all lines."""\n',
    "pay.py": 'def charge(customer):\n    """Takes money from a card."""\n',
}


def flip(path: Path) -> None:
    """One bit in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    """The last page is missing."""
    os.truncate(path, path.stat().st_size - 4096)


def empty(path: Path) -> None:
    """A file of no bytes."""
    path.write_bytes(b"")


def remove(path: Path) -> None:
    """No file."""
    path.unlink()


def deny(path: Path) -> None:
    """A file that the user may not read; who may read all gets a folder in its place."""
    if os.geteuid():
        path.chmod(0)
    else:
        path.unlink()
        path.mkdir()


DAMAGES = {flip: "damaged", truncate: "damaged", empty: "empty", remove: "No such file", deny: "denied|Is a directory"}
Damage = Callable[[Path], None]


def make_shop(folder: Path) -> Path:
    """A project of two files."""
    folder.mkdir()
    for name, text in SHOP.items():
        (folder / name).write_text(text)
    return folder


def segments(project: Path) -> dict[str, tuple[int, int]]:
    """Every segment with its inode and time: what was built anew has others."""
    found = (project / ".leindex").rglob("*")
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found if "segments" in path.parts and path.is_file()
    }


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, whose table may be damaged."""
    copy = tmp_path_factory.mktemp("package")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(lepasserelle.__file__).parent, copy / "lepasserelle", ignore=ignored)
    return copy


@pytest.fixture
def table(package: Path) -> Iterator[Path]:
    """Its table, whole again afterwards."""
    path = package / "lepasserelle" / "vectors" / "words.table"
    yield path
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    shutil.copy(words.PATH, path)


def command(package: Path, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command of the copied package."""
    environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    where = [str(project)] if arguments[0] == "index" else ["--project", str(project)]
    return subprocess.run(
        [sys.executable, "-m", "lepasserelle", *arguments, *where],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        cwd=project,
        timeout=120,
    )


@pytest.mark.parametrize("damage", DAMAGES)
def test_words_answer_and_say_so_and_the_index_is_not_touched(package: Path, table: Path, tmp_path: Path, damage: Damage) -> None:
    """By hybrid with a note, said once; by meaning alone with an error; with the table back as if nothing had been."""
    project = make_shop(tmp_path / "shop")
    with LeIndex(project) as leindex:
        leindex.index_project()
    whole = command(package, project, "search", "price of all lines")
    before = segments(project)
    assert before
    damage(table)
    found = command(package, project, "search", "price of all lines")
    assert found.returncode == 0
    assert "cart.Cart.total" in found.stdout
    said = found.stdout + found.stderr
    assert said.count("the model of words cannot be read: install lepasserelle again") == 1
    assert "answered by words alone" in said
    assert str(table) in said
    assert any(reason in said for reason in DAMAGES[damage].split("|"))
    assert "rebuilt" not in said
    refused = command(package, project, "search", "price of all lines", "--mode", "semantic")
    assert refused.returncode != 0
    assert refused.stderr.count("the model of words cannot be read") == 1
    for mode in ("lexical", "symbol"):
        quiet = command(package, project, "search", "Cart.total", "--mode", mode)
        assert (quiet.returncode, quiet.stderr) == (0, "")
    assert segments(project) == before
    if table.is_dir():
        table.rmdir()
    table.unlink(missing_ok=True)
    shutil.copy(words.PATH, table)
    again = command(package, project, "search", "price of all lines")
    assert (again.stdout, again.stderr) == (whole.stdout, whole.stderr)
    assert segments(project) == before


def test_an_index_cannot_be_made_without_the_model_and_says_why_once(package: Path, table: Path, tmp_path: Path) -> None:
    """The former one stays, and a question before it is made anew is answered."""
    project = make_shop(tmp_path / "shop")
    assert command(package, project, "index").returncode == 0
    before = segments(project)
    flip(table)
    (project / "cart.py").write_text(SHOP["cart.py"] + "    def add(self): pass\n")
    refused = command(package, project, "index")
    assert refused.returncode != 0
    assert refused.stderr.count("the model of words cannot be read") == 1
    assert "Traceback" not in refused.stderr
    assert before.items() <= segments(project).items()
    assert command(package, project, "callers", "Cart.total").returncode == 0
    assert command(package, project, "search", "Cart.total").returncode == 0


@pytest.fixture
def unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The table of this process, of which a bit is flipped."""
    path = tmp_path / "words.table"
    shutil.copy(words.PATH, path)
    monkeypatch.setattr(words, "PATH", path)
    words.shipped.cache_clear()
    yield path
    words.shipped.cache_clear()


def test_answers_without_the_model_are_not_kept(unreadable: Path, tmp_path: Path) -> None:
    """Contexts are kept for good; one by words alone would still be given when the model is back."""
    project = make_shop(tmp_path / "shop")
    with LeIndex(project) as leindex:
        leindex.index_project()
    good = unreadable.read_bytes()
    flip(unreadable)
    with LeIndex(project) as leindex:
        assert leindex.analyze("purchase").parts == ()
        assert any("answered by words alone" in note for note in leindex.notes)
        leindex.spill_all_caches()
    unreadable.write_bytes(good)
    with LeIndex(project) as leindex:
        assert leindex.analyze("purchase").parts != ()
        assert leindex.notes == ()


def test_pages_of_tools_say_it_too(unreadable: Path, tmp_path: Path) -> None:
    """Search and context; meaning alone is refused."""
    project = make_shop(tmp_path / "shop")
    with LeIndex(project) as leindex:
        leindex.index_project()
    flip(unreadable)
    with LeIndex(project) as leindex:
        for request in (SearchRequest(query="price of lines"), ContextRequest(question="price of lines")):
            assert "[answered by words alone: the model of words cannot be read" in leindex.answer(request).text
        assert "words alone" not in leindex.answer(SearchRequest(query="Cart.total", mode="lexical")).text
        with pytest.raises(ModelError, match="no index is damaged"):
            leindex.answer(SearchRequest(query="price of lines", mode="semantic"))


@pytest.mark.parametrize("damage", [truncate, empty, remove, deny])
def test_a_model_of_the_users_that_is_damaged_costs_no_index(tmp_path: Path, damage: Damage) -> None:
    """A setting that cannot be followed is an error each time, and the index that the whole model made is there when it is back."""
    pytest.importorskip("tokenizers")
    from test_local_model import write_model

    project, folder = make_shop(tmp_path / "shop"), write_model(tmp_path / "model")
    table = folder / "model.safetensors"
    with table.open("ab") as file:
        file.write(bytes(8192))  # so that a page may go
    good = table.read_bytes()
    with LeIndex(project, encoder_dir=str(folder)) as leindex:
        leindex.index_project()
    before = segments(project)
    damage(table)
    if damage is truncate:
        os.truncate(table, 40)
    for _ in range(2):
        with LeIndex(project, encoder_dir=str(folder)) as leindex, pytest.raises(ConfigError, match=r"model\.safetensors"):
            leindex.search("basket")
    assert segments(project) == before
    if table.is_dir():
        table.rmdir()
    else:
        table.unlink(missing_ok=True)
    table.write_bytes(good)
    with LeIndex(project, encoder_dir=str(folder)) as leindex:
        assert leindex.search("cart")
        assert leindex.notes == ()
    assert segments(project) == before
