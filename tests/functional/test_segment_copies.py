"""Segments that are lost come back from their compressed copies; where those are lost too, they are built again."""

import email
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.config import Settings
from lepasserelle.durable.steps import observed
from lepasserelle.ingest import Ingest
from lepasserelle.ingest.copies import BACK_FROM_FILE, COPIED_KINDS, derivations
from lepasserelle.storage import Index, Lestockage
from lepasserelle.storage.thawing import check_copy

QUIET = MemoryConfig(auto_spill=False)


def project(root: Path) -> Path:
    """A few modules that call each other."""
    for number in range(8):
        (root / f"part{number}.py").write_text(
            f'from part{(number + 1) % 8} import step{(number + 1) % 8}\n\n\ndef step{number}(value):\n    """Step {number}."""\n'
            f"    return step{(number + 1) % 8}(value)\n"
        )
    return root


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, indexed once."""
    root = project(tmp_path_factory.mktemp("indexed"))
    Ingest(root, Settings()).index()
    return root


@pytest.fixture
def root(indexed: Path, tmp_path: Path) -> Path:
    """A copy of it to be damaged."""
    return shutil.copytree(indexed, tmp_path / "root")


def segments(root: Path) -> dict[str, bytes]:
    """The segment files by name."""
    return {path.name: path.read_bytes() for path in (root / ".leindex/segments").iterdir()}


def copies(root: Path) -> dict[str, Path]:
    """The copies by kind."""
    return {path.name.split("-")[1]: path for path in (root / ".leindex/frozen").iterdir()}


def no_children() -> None:
    """For a run that must not need any."""
    raise AssertionError("a child was started")


def test_every_segment_is_deleted_and_back_byte_for_byte_without_building(root: Path) -> None:
    """Graph, words and vectors from their copies, the text from lestockage; no child is started."""
    before = segments(root)
    for name in before:
        (root / ".leindex/segments" / name).unlink()
    repaired = Ingest(root, Settings(), no_children).rebuild(["graph"])  # type: ignore[arg-type]
    assert (sorted(repaired.thawed), repaired.built, repaired.from_sources) == (sorted(COPIED_KINDS), ("text",), False)
    assert segments(root) == before


def lose(root: Path, *, stored: bool = False) -> dict[str, bytes]:
    """Delete every segment and every file of a copy; `stored`: the copies in lestockage, too. Returns the segments."""
    before = segments(root)
    for path in copies(root).values():
        path.unlink()
    for name in before:
        (root / ".leindex/segments" / name).unlink()
    if stored:
        with Lestockage.open(root / ".leindex") as store:
            store.keep_copies({})
    return before


def test_segments_and_copies_are_deleted_and_back_byte_for_byte_without_building(root: Path) -> None:
    """Lestockage alone is left: all comes out of it, no child is started, and the files of the copies are as they were."""
    files = {kind: path.read_bytes() for kind, path in copies(root).items()}
    before = lose(root)
    repaired = Ingest(root, Settings(), no_children).rebuild(["graph"])  # type: ignore[arg-type]
    assert (repaired.thawed, sorted(repaired.restored), repaired.built) == ((), sorted(COPIED_KINDS), ("text",))
    assert segments(root) == before
    assert {kind: path.read_bytes() for kind, path in copies(root).items()} == files


def test_the_graph_of_real_code_is_back_from_lestockage_as_it_was_linked(tmp_path: Path) -> None:
    """The standard library's `email`: every section of every segment, byte for byte, and no child for it."""
    root = shutil.copytree(Path(email.__file__).parent, tmp_path / "email", ignore=shutil.ignore_patterns("__pycache__"))
    assert Ingest(root, Settings()).index().edges > 1000
    linked = lose(root)
    repaired = Ingest(root, Settings(), no_children).rebuild(["graph"])  # type: ignore[arg-type]
    assert "graph" in repaired.restored
    assert segments(root) == linked


def test_without_any_copy_a_segment_is_built_again_to_the_same_bytes(root: Path) -> None:
    """The slow way stays, and what it made is copied again, in both places."""
    before = lose(root, stored=True)
    repaired = Ingest(root, Settings()).rebuild(["graph"])
    assert (repaired.thawed, repaired.restored) == ((), ())
    assert sorted(repaired.built) == ["graph", "lexical", "text", "trigrams", "vectors"]
    assert segments(root) == before
    assert set(copies(root)) == set(COPIED_KINDS)
    with Lestockage.open(root / ".leindex") as store:
        assert {name.split("-")[1] for name in store.copies()} == set(COPIED_KINDS)


@pytest.mark.parametrize("table", ["copies", "copy_pieces"])
def test_an_altered_row_of_a_copy_is_found_and_the_segment_built_again(root: Path, table: str) -> None:
    """One byte of one row: nothing wrong comes out of it, the others are used, and it is made again."""
    before = lose(root)
    with closing(sqlite3.connect(root / ".leindex/lestockage.db")) as connection:
        ((row_id,),) = connection.execute("SELECT id FROM copies WHERE kind = 'graph'").fetchall()
        column = "name" if table == "copies" else "data"
        where = f"id = {row_id}" if table == "copies" else f"id = {row_id << 24}"
        ((value,),) = connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchall()
        altered = value[:-1] + (b"x" if isinstance(value, bytes) else "x")
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (altered,))
        connection.commit()
    repaired = Ingest(root, Settings()).rebuild(["graph"])
    assert sorted(repaired.restored) == ["lexical", "trigrams", "vectors"]
    assert repaired.told("lexical") == "brought back from its copy in lestockage"
    assert sorted(repaired.built) == ["graph", "text"]
    assert segments(root) == before
    lose(root)
    assert "graph" in Ingest(root, Settings()).rebuild(["graph"]).restored


def test_a_run_after_everything_but_lestockage_was_deleted_builds_nothing(root: Path) -> None:
    """Nothing changed but deleted files: they are restored, no generation is made, and the report says whence."""
    before = lose(root)
    (text,) = (name for name in before if "-text-" in name)
    (root / ".leindex/segments" / text).write_bytes(before[text])
    report = Ingest(root, Settings()).index()
    assert report.generation == 1
    assert report.notes == tuple(
        f"the {kind} segment was lost, and brought back from its copy in lestockage" for kind in sorted(COPIED_KINDS)
    )
    assert segments(root) == before


def test_a_damaged_copy_is_put_aside_and_made_again(root: Path) -> None:
    """Segment and copy both altered: restored from lestockage, one copy in quarantine, a whole one in its place."""
    before = segments(root)
    copy = copies(root)["graph"]
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-9] + b"x" + whole[-8:])
    (segment,) = (root / ".leindex/segments").glob("*-graph-*")
    segment.write_bytes(segment.read_bytes()[:-1] + b"x")
    with LeIndex(root, QUIET) as leindex:
        assert [edge.source for edge in leindex.callers("step1")] == ["part0.step0"]
        assert leindex.notes == ("the graph segment was damaged and has been brought back from its copy in lestockage",)
    assert segments(root) == before
    assert [path.name.rpartition(".")[0] for path in (root / ".leindex/quarantine").glob("*.frz.*")] == [copy.name]
    assert copies(root)["graph"].read_bytes() == whole


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"x" * 999)])
def test_questions_bring_lost_segments_back_and_say_so(root: Path, damage: Callable[[Path], object]) -> None:
    """Deleted, cut or overwritten: the answer is the same, and a note says what happened."""
    with LeIndex(root, QUIET) as leindex:
        before = leindex.search("step three"), leindex.callers("step3")
        leindex.spill_all_caches()
        for path in (root / ".leindex/segments").iterdir():
            damage(path)
        assert (leindex.search("step three"), leindex.callers("step3")) == before
        with LeIndex(root, QUIET) as other:
            assert (other.search("step three"), other.notes) == (before[0], ())


def test_each_of_several_lost_segments_is_noted_and_called_what_it_was(root: Path) -> None:
    """Three deleted, one altered, found by one question: a note each, missing or damaged."""
    with LeIndex(root, QUIET) as leindex:
        before = leindex.search("step three")
    for path in (root / ".leindex/segments").iterdir():
        if "-graph-" in path.name:
            path.write_bytes(b"x" * 999)
        elif "-text-" not in path.name:
            path.unlink()
    with LeIndex(root, QUIET) as leindex:
        assert leindex.search("step three") == before
        assert set(leindex.notes) == {
            *(f"the {kind} segment was missing and has been {BACK_FROM_FILE}" for kind in ("lexical", "trigrams", "vectors")),
            f"the graph segment was damaged and has been {BACK_FROM_FILE}",
        }


def test_a_segment_comes_back_although_lestockage_has_moved_on(root: Path) -> None:
    """A run that died between commit and publish: generation 1 is still mended, where it could not be built."""
    with Lestockage.open(root / ".leindex") as store:
        store.commit(2, store.files())
    before = segments(root)
    (segment,) = (root / ".leindex/segments").glob("*-graph-*")
    segment.unlink()
    assert Ingest(root, Settings(), no_children).rebuild(["graph"]).thawed == ("graph",)  # type: ignore[arg-type]
    assert segments(root) == before


def test_encoding_anew_does_not_take_the_copy(root: Path) -> None:
    """`reload_vector_from_pdg` says that it encodes: the copy's age must not be its result."""
    assert Ingest(root, Settings()).rebuild(["vectors"], anew=True).built == ("vectors",)


def test_a_run_over_a_lost_segment_makes_no_new_generation(root: Path) -> None:
    """Nothing changed but a deleted file: it is thawed, and the report says so."""
    (segment,) = (root / ".leindex/segments").glob("*-lexical-*")
    segment.unlink()
    report = Ingest(root, Settings()).index()
    assert report.generation == 1
    assert report.notes == ("the lexical segment was lost, and brought back from its compressed copy",)
    assert segment.exists()


def test_each_generation_has_its_copies_and_no_more(root: Path) -> None:
    """After an edit: three whole copies, all of generation 2, as files and in lestockage."""
    (root / "part1.py").write_text("def step1(value):\n    return value\n")
    assert Ingest(root, Settings()).index().generation == 2
    with Lestockage.open(root / ".leindex") as store:
        assert store.copies() == {path.stem + ".seg" for path in copies(root).values()}
    assert {path.name.split("-")[0] for path in copies(root).values()} == {"2"}
    with Index.open(root / ".leindex").pin() as snapshot:
        for ref in snapshot.manifest.segments:
            check_copy(root / ".leindex", ref, derivations(ref.kind))


def test_copies_that_are_missing_are_made_by_the_next_run(root: Path) -> None:
    """As after a kill between publishing and copying, or on an index of an earlier version."""
    whole = {kind: path.read_bytes() for kind, path in copies(root).items()}
    for path in copies(root).values():
        path.unlink()
    assert Ingest(root, Settings()).index().generation == 1
    assert {kind: path.read_bytes() for kind, path in copies(root).items()} == whole


def test_a_disk_without_room_for_copies_still_gets_its_index(tmp_path: Path) -> None:
    """What is not copied yet, the run tries to: three of four copies are counted as missing, and nothing unfinished is left."""
    Ingest(project(tmp_path), Settings(keep_copies=False)).index()
    left = [1]

    def fail(step: str) -> None:
        if step == "freeze.written":
            if not left[0]:
                raise OSError(28, "No space left on device")
            left[0] -= 1

    with observed(fail):
        report = Ingest(tmp_path, Settings()).index()
    assert report.generation == 1
    (note,) = report.notes
    assert note.startswith("3 compressed copies could not be kept (")
    assert "full" in note
    assert len(copies(tmp_path)) == 1
    assert not list(tmp_path.rglob("*.tmp"))
    with LeIndex(tmp_path, QUIET) as leindex:
        assert leindex.callers("step1")


def test_children_that_cannot_copy_build_all_the_same(tmp_path: Path) -> None:
    """Where the folder of copies cannot be made, the index is whole, and the run says that all four copies are missing."""
    folder = project(tmp_path) / ".leindex"
    folder.mkdir()
    (folder / "frozen").write_text("not a folder")
    report = Ingest(tmp_path, Settings()).index()
    (note,) = report.notes
    assert note.startswith("4 compressed copies could not be kept (")
    with LeIndex(tmp_path, QUIET) as leindex:
        assert leindex.callers("step1")


def test_copies_can_be_turned_off(root: Path) -> None:
    """Those that are there go with the next run, and a lost segment is built again."""
    settings = Settings(keep_copies=False)
    Ingest(root, settings).index()
    assert copies(root) == {}
    with Lestockage.open(root / ".leindex") as store:
        assert store.copies() == set()
    (segment,) = (root / ".leindex/segments").glob("*-graph-*")
    segment.unlink()
    assert Ingest(root, settings).rebuild(["graph"]).built == ("graph",)
    assert copies(root) == {}


KILLED = """
import os, signal, sys
from pathlib import Path
from lepasserelle.config import Settings
from lepasserelle.durable.steps import observed
from lepasserelle.ingest import Ingest
def die(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2].startswith("freeze"):
    Ingest(Path(sys.argv[1]), Settings(keep_copies=False)).index()
with observed(die):
    Ingest(Path(sys.argv[1]), Settings()).index()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills")
@pytest.mark.parametrize(
    "step",
    ["publish.manifest.durable", "freeze.opened", "freeze.section", "freeze.renamed", "copies.begun", "copies.written"],
)
def test_a_run_killed_while_it_copies_has_published(root: Path, step: str) -> None:
    """Generation 2 answers, and the next run has nothing to do but the copies."""
    (root / "part1.py").write_text("def step1(value):\n    return value\n\n\ndef added():\n    return step1(1)\n")
    died = subprocess.run([sys.executable, "-c", KILLED, str(root), step], check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL
    with LeIndex(root, QUIET) as leindex:
        assert leindex.status().generation == 2
        assert "part1.added" in [edge.source for edge in leindex.callers("step1")]
    assert Ingest(root, Settings()).index().generation == 2
    Index.open(root / ".leindex").collect_garbage()
    assert set(copies(root)) == set(COPIED_KINDS)
    with Lestockage.open(root / ".leindex") as store:
        assert store.copies() == {path.stem + ".seg" for path in copies(root).values()}
    assert not list((root / ".leindex").rglob("*.tmp"))
