"""An indexing run says which files it did not understand, and where; `status` says how many there are."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lepasserelle import BrokenPart, LeIndex
from lepasserelle.command_line import leindex as command
from lepasserelle.ingest.broken import MOST_FILES


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One whole file, one with a broken line, one with several."""
    (tmp_path / "whole.py").write_text("def whole():\n    pass\n")
    (tmp_path / "one.py").write_text("def good():\n    pass\n\ndef broken(:\n    pass\n")
    (tmp_path / "some.js").write_text("".join(f"function f{n}() {{ return 1 }}\nlet = = {n};\n" for n in range(5)))
    return tmp_path


def test_a_run_tells_files_and_lines_of_what_it_did_not_understand(project: Path) -> None:
    """The file with most problems comes first, with its first places only; the whole file is not named."""
    with LeIndex(project) as leindex:
        report = leindex.index_project()
    worst, other = report.broken_files
    assert (worst.path, worst.problems, [part.line for part in worst.parts]) == ("some.js", 5, [2, 4, 6])
    assert other.path == "one.py"
    assert other.parts == (BrokenPart(4, "')' is missing"),)
    assert (report.problems, report.broken_file_count) == (6, 2)


def test_a_run_that_parses_nothing_tells_the_same(project: Path) -> None:
    """What is broken comes from what is stored, not from this run's parsing; a file that is mended is named no more."""
    with LeIndex(project) as leindex:
        first = leindex.index_project()
        again = leindex.index_project()
        assert again.parsed_files == 0
        assert again.broken_files == first.broken_files
        (project / "one.py").write_text("def good():\n    pass\n")
        assert [file.path for file in leindex.index_project().broken_files] == ["some.js"]


def test_the_command_shows_places_and_status_counts_them(project: Path) -> None:
    """A person reads `path:line: what`, a script the same as records; `status` says how many."""
    runner = CliRunner()
    shown = runner.invoke(command, ["index", str(project)]).stdout
    assert "6 syntax problems in 2 files" in shown
    assert "  one.py:4: ')' is missing\n" in shown
    assert "  some.js: 2 more\n" in shown
    document = json.loads(runner.invoke(command, ["index", str(project), "--json"]).stdout)
    assert document["broken_files"][1] == {
        "path": "one.py",
        "problems": 1,
        "parts": [{"line": 4, "message": "')' is missing"}],
    }
    assert "problems    6 syntax problems in 2 files" in runner.invoke(command, ["status", "--project", str(project)]).stdout


def test_a_report_names_a_bounded_number_of_files_and_counts_the_others(tmp_path: Path) -> None:
    """A checkout of thousands of broken files gets a report of one screen."""
    for number in range(MOST_FILES + 3):
        (tmp_path / f"broken{number:02}.py").write_text("def broken(:\n    pass\n")
    shown = CliRunner().invoke(command, ["index", str(tmp_path)]).stdout
    assert shown.count("')' is missing") == MOST_FILES
    assert "  and 3 more files\n" in shown
