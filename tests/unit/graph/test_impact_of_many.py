"""What a change reaches is the same whether tables are searched for each node or read once for all."""

import pytest

from lepasserelle.graph import Graph, LinkFile, link, overriding
from lepasserelle.graph.impact import reach
from lepasserelle.model import Resolution
from lepasserelle.parse import parse

SOURCE = b"""
class Base:
    def run(self): pass
class Left(Base):
    def run(self): super().run()
class Right(Base): pass
class Both(Left, Right):
    def run(self): self.stop()
    def stop(self): pass
class Other:
    def stop(self): Base().run()
def unknown(value):
    value.run()
    value.stop()
def first(): Both().run()
def second(): unknown(first)
"""


def steps(graph: Graph, strongest: Resolution) -> list[list[tuple[object, ...]]]:
    """All that is reached from each definition: (node, distance, node before, kind, resolution)."""
    found = (reach(graph, [node], 5, strongest) for node in range(graph.definition_count))
    return [
        list(
            zip(
                one.steps.nodes.tolist(),
                one.distances.tolist(),
                one.steps.via.tolist(),
                one.words,
                one.steps.weakest.tolist(),
                strict=True,
            )
        )
        for one in found
    ]


@pytest.mark.parametrize("strongest", list(Resolution))
def test_tables_read_once_say_what_searches_say(strongest: Resolution, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound from which a table is read moves no answer."""
    graph = Graph(link(lambda: iter([LinkFile("main.py", "main", "python", 0, parse(SOURCE, "python"))])))
    searched = steps(graph, strongest)
    monkeypatch.setattr(overriding, "_MANY", 0)
    assert steps(graph, strongest) == searched
    assert any(searched)
