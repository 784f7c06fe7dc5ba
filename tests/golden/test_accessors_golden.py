"""The accessors that reads of small programs run: the graph against the answers."""

import json
from pathlib import Path

import pytest

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.entering import entries
from lepasserelle.model import EdgeKind, Resolution
from lepasserelle.parse import parse

HERE = Path(__file__).parent / "accessors"
PROGRAMS = sorted(path.parent.name for path in HERE.glob("*/expected.json"))
LANGUAGES = {".py": "python", ".js": "javascript", ".ts": "typescript"}


def graph_of(program: str) -> Graph:
    """The linked program."""
    path = next(each for each in (HERE / program).iterdir() if each.suffix in LANGUAGES)
    language = LANGUAGES[path.suffix]
    return Graph(link(lambda: iter([LinkFile(path.name, "main", language, 0, parse(path.read_bytes(), language))])))


def run_by(graph: Graph, function: str) -> dict[str, list[str]]:
    """What a function's reads run for sure, and perhaps, by qualified names."""
    found = entries(graph, graph.find(function), "out", Resolution.AMBIGUOUS)
    reads = [edge for edge in found if edge.kind == EdgeKind.READS.word]
    runs = {edge.target for edge in reads if edge.resolution != "ambiguous"}
    candidates = {name for edge in reads if edge.resolution == "ambiguous" for name in edge.candidates}
    return {"runs": sorted(runs), "candidates": sorted(candidates - runs)}


@pytest.mark.parametrize("program", PROGRAMS)
def test_reads_run_the_accessors_of_what_is_read_from(program: str) -> None:
    """Overridden accessors are entered, and no other is."""
    expected = json.loads((HERE / program / "expected.json").read_text())
    graph = graph_of(program)
    assert expected
    assert {function: run_by(graph, function) for function in expected} == expected
