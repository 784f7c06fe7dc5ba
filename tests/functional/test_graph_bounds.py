"""Where following values ends at its bound, every place that shows calls says so."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from lepasserelle import LeIndex
from lepasserelle.command_line import leindex as command
from lepasserelle.graph import Graph, LinkFile, link, value_cells, value_rounds
from lepasserelle.leindex import reports
from lepasserelle.leindex.staleness import Staleness
from lepasserelle.model import CUT_SHORT_NOTE, SHARED_NOTE, EdgeKind, MemoryReport
from lepasserelle.parse import parse
from lepasserelle.storage import Manifest

SOURCE = b"def f(): return g\ndef g(): return f\ndef h(x): x()()\nh(f)\nh(g)\n"


def linked() -> Graph:
    """The graph of a program that needs a few steps."""
    file = LinkFile("a.py", "a", "python", 0, parse(SOURCE, "python"))
    return Graph(link(lambda: iter([file])))


def test_the_graph_says_that_values_were_followed_to_the_end_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound of steps leaves its mark in the segment."""
    assert not linked().calls_cut_short
    for engine in (value_cells, value_rounds):
        monkeypatch.setattr(engine, "MOST_STEPS", 2)
    assert linked().calls_cut_short


def calls(graph: Graph) -> set[tuple[str, str]]:
    """(source, target) of all calls."""
    each = (graph.edges(node, EdgeKind.CALLS, "out") for node in range(graph.node_count))
    return {(edge.source, edge.target) for edges in each for edge in edges}


def test_fewer_values_may_be_followed_than_ever_and_what_names_say_stands() -> None:
    """Where there is no memory for more: what is missing is said, nothing else is there, the same bound gives the same bytes."""
    file = LinkFile("a.py", "a", "python", 0, parse(SOURCE, "python"))
    found = [Graph(link(lambda: iter([file]), most_steps=most)) for most in (0, 2, 10_000)]
    assert [graph.calls_cut_short for graph in found] == [True, True, False]
    none, few, every = map(calls, found)
    assert none
    assert none <= few <= every
    assert none < every
    again = link(lambda: iter([file]), most_steps=2)
    assert all(np.array_equal(again[name], found[1].sections[name]) for name in again)


def test_status_says_it() -> None:
    """From the counts of the manifest, as a field and as a note."""
    nothing = MemoryReport(None, None, None, None, None)
    for count, is_cut in ((0, False), (1, True)):
        manifest = Manifest(generation=1, segments=(), counts={"files": 1, "calls_cut_short": count})
        status = reports.status(Path("p"), Path("p"), manifest, Staleness(0, False), nothing, ())
        assert (status.calls_cut_short, CUT_SHORT_NOTE in status.notes) == (is_cut, is_cut)


def test_answers_about_calls_say_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the library, in the JSON document and beside the text of the command."""
    (tmp_path / "a.py").write_bytes(SOURCE)
    with LeIndex(tmp_path) as leindex:
        assert not leindex.index_project().calls_cut_short
        leindex.callers("h")
        assert CUT_SHORT_NOTE not in leindex.notes
        monkeypatch.setattr(Graph, "calls_cut_short", True)
        for ask in (lambda: leindex.callers("h"), lambda: leindex.callees("h"), lambda: leindex.impact("h"), leindex.cycles):
            ask()
            assert leindex.notes == (CUT_SHORT_NOTE,)
    asked = ["callers", "h", "--project", str(tmp_path)]
    document = CliRunner().invoke(command, [*asked, "--json"])
    assert json.loads(document.stdout)["notes"] == [CUT_SHORT_NOTE]
    assert CUT_SHORT_NOTE in CliRunner().invoke(command, asked).stderr


def test_answers_say_when_decorated_definitions_share_what_their_decorators_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Callers, callees and what a change reaches may then be too many; where there is room nothing is said."""
    (tmp_path / "a.py").write_text("def f():\n    return g()\n\ndef g(): ...\n")
    with LeIndex(tmp_path) as leindex:
        leindex.index_project()
        leindex.callers("g")
        assert SHARED_NOTE not in leindex.notes
        monkeypatch.setattr(Graph, "contexts_shared", True)
        for ask in (leindex.callers, leindex.callees, leindex.impact):
            ask("g")
            assert leindex.notes == (SHARED_NOTE,)
