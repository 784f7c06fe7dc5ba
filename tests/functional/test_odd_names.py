"""A file may have any name: every answer has it on one line, and one of anything is said in the singular."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex, MemoryConfig
from lepasserelle.command_line import leindex as command
from lepasserelle.lines import answer
from lepasserelle.model import (
    CallersRequest,
    ContextRequest,
    FindSymbolRequest,
    ImpactRequest,
    OutlineRequest,
    ReadRequest,
    Request,
    SearchRequest,
)

NAME = "nl\nname.py"
SHOWN = r"nl\nname.py"
TEXT = "def cart():\n    return total()\n\n\ndef total():\n    return 1\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file with a line feed in its name, indexed by the first question."""
    root: Path = tmp_path_factory.mktemp("odd")
    (root / NAME).write_text(TEXT, encoding="utf-8")
    with LeIndex(root, MemoryConfig(auto_spill=False)) as leindex:
        leindex.search("cart")
        assert "1 file was indexed" in leindex.notes[0]
    return root


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(query="cart"),
        SearchRequest(query="total", mode="literal"),
        ContextRequest(question="cart total"),
        FindSymbolRequest(name="cart"),
        CallersRequest(name="total"),
        ImpactRequest(name="total"),
        OutlineRequest(),
        OutlineRequest(path=NAME),
        ReadRequest(target="total"),
    ],
    ids=lambda request: f"{type(request).__name__} {getattr(request, 'mode', '') or getattr(request, 'path', '')!r}",
)
def test_a_bounded_answer_has_a_name_on_one_line(project: Path, request_: Request) -> None:
    """With its line feed as an escape, whoever asks."""
    with LeIndex(project, MemoryConfig(auto_spill=False)) as leindex:
        text = leindex.answer(request_).text
    assert SHOWN in text
    assert NAME not in text
    assert re.search(r"\b1 (callers|files|lines|definitions|statements|steps)\b", text) is None


@pytest.mark.parametrize("words", [["grep", "total"], ["search", "--mode", "literal", "total"], ["search", "total"]])
def test_commands_show_a_name_alike(project: Path, words: Sequence[str]) -> None:
    """Lines and places."""
    said = CliRunner().invoke(command, [*words, "--project", str(project)]).output
    assert SHOWN in said
    assert NAME not in said


def test_lines_are_answered_at_once_with_the_name_on_one_line(project: Path) -> None:
    """By the way that opens no index, too."""
    page = answer(SearchRequest(query="total", mode="literal"), project)
    assert page is not None
    assert page.text.splitlines()[:2] == ["2 lines in 1 file", SHOWN]


def test_an_index_of_one_file_says_so(project: Path) -> None:
    """`status` counts in the singular."""
    said = CliRunner().invoke(command, ["status", "--project", str(project)]).output
    assert "1 file, 3 symbols, 1 edge\n" in said
