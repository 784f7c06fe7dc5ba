"""What somebody else altered in lestockage, rows of symbols and edges and what files say: found, told and written again."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lepasserelle import LeIndex


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE edge_rows SET target = 'never' WHERE id IN (SELECT min(id) FROM edge_rows)",
        "DELETE FROM edge_rows",
        "DELETE FROM symbol_rows",
        "UPDATE edge_types SET resolution = 'sure'",
    ],
)
def test_altered_rows_are_told_and_written_again(tmp_path: Path, damage: str) -> None:
    """Nothing of ours answers from them: whoever reads them by `sqlite3` is told, and helped by the next run."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("import json\n\ndef outer():\n    return inner(json.dumps([]))\n\ndef inner(x):\n    return x\n")
    read = "SELECT * FROM edges UNION ALL SELECT *, 0 FROM symbols ORDER BY 1, 2, 3"
    with LeIndex(project) as leindex:
        leindex.index_project()
        before = _rows(project, read)
        assert leindex.verify_caches().rows == ""
        _rows(project, damage)
        found = leindex.verify_caches()
        assert "rows of 1 files are not what was written, first a.py" in found.rows
        assert not found.is_whole
        report = leindex.index_project()
        assert report.parsed_files == 0
        assert any("written again" in note for note in report.notes)
        assert leindex.verify_caches().is_whole
        assert not leindex.index_project().notes
    assert _rows(project, read) == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE blobs SET data = CAST(substr(data, 2) || 'x' AS BLOB) WHERE id % 4 = 0",
        "DELETE FROM blobs WHERE id % 4 = 2",
        "UPDATE contents SET definition_count = 9",
        "DELETE FROM contents",
    ],
)
def test_altered_contents_are_told_and_read_again(tmp_path: Path, damage: str) -> None:
    """Segments answer all the while; without them the next edit, or the next lost segment, would begin from the sources."""
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(f"def of_{name[0]}():\n    return 1\n")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        assert leindex.verify_caches().contents == ""
        _rows(tmp_path, damage)
        found = leindex.verify_caches()
        assert "what is stored of 2 files is not what was written, first a.py" in found.contents
        assert not found.is_whole
        report = leindex.index_project()
        assert (report.parsed_files, report.generation) == (2, 1)
        assert any("was gone or altered: they were read again" in note for note in report.notes)
        assert leindex.verify_caches().is_whole
        assert not leindex.index_project().notes


def test_contents_that_are_gone_are_read_again_by_the_next_run(tmp_path: Path) -> None:
    """It finds no file changed, and looks whether as many contents are stored as its files have."""
    for name in ("a.py", "b.py", "same_as_b.py"):
        (tmp_path / name).write_text(f"def of_{name[-4]}():\n    return 1\n")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        _rows(tmp_path, "DELETE FROM contents WHERE id = (SELECT min(id) FROM contents)")
        report = leindex.index_project()
        assert report.parsed_files == 1
        assert report.generation == 1
        assert any("was gone or altered: they were read again" in note for note in report.notes)
        assert leindex.verify_caches().is_whole


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_contents_that_were_altered_are_read_again_by_a_run_that_finds_no_change(tmp_path: Path, kind: int) -> None:
    """Of few files each such run verifies all, and nobody has to ask for it."""
    for name in ("a.py", "b.py"):
        file = tmp_path / name
        file.write_text(f"def of_{name[0]}():\n    return 1\n")
        os.utime(file, (1_700_000_000, 1_700_000_000))  # else the next run could not tell it from one that changes now
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        assert leindex.index_project().parsed_files == 0
        altered = f"id % 4 = {kind} AND id / 4 = (SELECT min(id) FROM contents)"
        _rows(tmp_path, f"UPDATE blobs SET data = CAST(substr(data, 2) || 'x' AS BLOB) WHERE {altered}")
        report = leindex.index_project()
        assert (report.parsed_files, report.generation) == (1, 1)
        assert any("was gone or altered: they were read again" in note for note in report.notes)
        assert leindex.verify_caches().is_whole
        assert not leindex.index_project().notes


def test_an_altered_table_of_files_is_told(tmp_path: Path) -> None:
    """Nothing says then whose contents there should be; the next run reads the sources."""
    (tmp_path / "a.py").write_text("def f():\n    return 1\n")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        _rows(tmp_path, "UPDATE files SET size_bytes = 9")
        assert "table of files is damaged" in leindex.verify_caches().contents
        leindex.index_project()
        assert leindex.verify_caches().is_whole


def _rows(project: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(project / ".leindex" / "lestockage.db", isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


def test_a_look_at_rows_makes_no_database(tmp_path: Path) -> None:
    """Where lestockage was deleted, checking leaves it so: the next run reads the sources again."""
    (tmp_path / "a.py").write_text("def f():\n    return 1\n")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        for path in (tmp_path / ".leindex").glob("lestockage.db*"):
            path.unlink()
        assert leindex.verify_caches().rows == ""
        assert not list((tmp_path / ".leindex").glob("lestockage.db*"))
