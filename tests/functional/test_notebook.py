"""LeIndex in a real notebook: a kernel of its own, which runs an event loop and has no importable main module."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

CELL = """
from lepasserelle import LeIndex

with LeIndex({project!r}) as leindex:
    report = leindex.index_project()
    hits = leindex.search("answer to everything")
print(report.files, hits[0].symbol)
"""


@pytest.mark.filterwarnings("default")  # the notebook machinery's own deprecations are not ours to fail on
def test_a_notebook_indexes_and_searches(tmp_path: Path) -> None:
    """A cell makes the index, with its child processes, and asks it; the next cell still has the names."""
    (tmp_path / "deep.py").write_text("def answer():\n    '''The answer to everything.'''\n    return 42\n", encoding="utf-8")
    cells = [nbformat.v4.new_code_cell(CELL.format(project=str(tmp_path))), nbformat.v4.new_code_cell("print(report.generation)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert cells[0].outputs[0].text == "1 deep.answer\n"
    assert cells[1].outputs[0].text == "1\n"
