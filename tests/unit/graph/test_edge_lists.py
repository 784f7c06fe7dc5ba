"""Edges of many nodes, made out of columns, say what each node's own say; so do names, and what is found by a name."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from small_programs import MODULES, Writer, path_of

from lepasserelle.graph import Graph, LinkFile, edge_lists, link, lookup
from lepasserelle.graph.entering import entries
from lepasserelle.graph.graph import Direction
from lepasserelle.graph.layout import FAR
from lepasserelle.graph.naming import named
from lepasserelle.model import Edge, EdgeKind, Resolution
from lepasserelle.parse import parse

TWICE = """
def chosen(): pass
if input():
    def twice(): chosen()
else:
    def twice(): chosen()
def asks(value):
    twice(); value.run(); value.run()
class A:
    def run(self): twice()
class B:
    def run(self): A().run()
"""
FAR_AWAY = "def asked(): pass\ndef asks():\n    asked()\n" + "    1\n" * (FAR + 5) + "    asked()\n"


def _graph(sources: dict[str, str]) -> Graph:
    files = [
        LinkFile(path, path[:-3].replace("/", "."), "python", 0, parse(text.encode(), "python")) for path, text in sources.items()
    ]
    return Graph(link(lambda: iter(files)))


def _random_graph(seed: int) -> Graph:
    writer = Writer(Random(seed))
    return _graph({path_of(module): "".join(writer.module()) for module in sorted(MODULES)})


def _one_by_one(graph: Graph, nodes: Sequence[int], direction: Direction, strongest: Resolution) -> list[Edge]:
    """Calls only: programs without properties read none that runs."""
    words = {Resolution.EXACT: "exact", Resolution.INFERRED: "inferred", Resolution.AMBIGUOUS: "all"}
    found = [graph.edges(node, EdgeKind.CALLS, direction, words[strongest]) for node in nodes]  # type: ignore[arg-type]
    return list(dict.fromkeys(edge for edges in found for edge in edges))


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.parametrize("strongest", list(Resolution))
def test_edges_of_all_nodes_are_those_of_each(few: int, strongest: Resolution, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few are described one by one, many out of columns: order, repetition and every field are the same."""
    monkeypatch.setattr(edge_lists, "FEW", few)
    graphs = [_graph({"a.py": TWICE}), _graph({"a.py": FAR_AWAY}), *map(_random_graph, range(6))]
    described = 0
    for graph in graphs:
        nodes = list(range(graph.node_count))
        for asked in (nodes, nodes[::-1], *([node] for node in nodes)):
            for direction in ("in", "out"):
                found = entries(graph, asked, direction, strongest)  # type: ignore[arg-type]
                assert list(found) == _one_by_one(graph, asked, direction, strongest)  # type: ignore[arg-type]
                described += len(found)
    assert described


def test_names_are_put_together_as_one_by_one() -> None:
    """Of all nodes and of each alone: modules, what is outside, what stands in something that comes later."""
    later = LinkFile("b.cpp", "b", "cpp", 0, parse(b"void Cart::pay() {}\nstruct Cart { void pay(); };\n", "cpp"))
    nameless = LinkFile("__init__.py", "", "python", 0, parse(TWICE.encode(), "python"))
    graphs = [Graph(link(lambda file=file: iter([file]))) for file in (later, nameless)]  # type: ignore[misc]
    assert any(graphs[0].parent(node) > node for node in range(graphs[0].node_count))
    for graph in [*graphs, _graph({"a.py": TWICE}), *map(_random_graph, range(4))]:
        nodes = np.arange(graph.node_count)
        for asked in (nodes, *np.split(nodes, len(nodes))):
            assert named(graph, [asked, asked]).of(asked) == list(map(graph.qualified_name, asked.tolist()))


@pytest.mark.parametrize("few", [0, 24])
def test_names_are_found_by_columns_as_one_by_one(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column of parents' names only leaves out what cannot be meant."""
    monkeypatch.setattr(lookup, "_FEW", few)
    for seed in range(4):
        graph = _random_graph(seed)
        names = list(map(graph.qualified_name, range(graph.node_count)))
        parts = [name.split(".") for name in names]
        asked = {".".join(one[at:]) for one in parts for at in range(len(one))} | {"", ".", "f."}
        asked |= {f"m0.{one[-1]}" for one in parts}
        for name in asked:
            exact = [node for node, known in enumerate(names) if name and known == name]
            ending = [node for node, known in enumerate(names) if name and known.endswith("." + name)]
            assert lookup.find(graph, name) == exact + ending
