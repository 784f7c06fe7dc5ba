"""What stands in for many methods, found by columns, is what a search from each of them finds."""

from random import Random

import numpy as np
import pytest
from small_programs import MODULES, Writer, path_of

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.below import Inheritance
from lepasserelle.graph.overriding import Overriding, overriding
from lepasserelle.model import EdgeKind
from lepasserelle.parse import parse

SOURCE = """
class Base:
    def run(self): pass
class Left(Base):
    def run(self): super().run()
class Right(Base): pass
class Both(Left, Right):
    def run(self): self.stop()
    def run(self): self.stop()
    def stop(self): pass
class Other:
    def stop(self): Base().run()
class Round(Round, Base):
    def run(self): pass
if input():
    class Twice: pass
else:
    class Twice:
        def stop(self): pass
class Under(Twice):
    def stop(self): pass
    class Left:
        def stop(self): pass
def chosen(): return Left if input() else Other
class Made(chosen()):
    def run(self): pass
    def stop(self): pass
"""


def graphs() -> list[Graph]:
    """One with diamonds, a class that names itself, two of a name and a computed base; and random ones."""
    texts = [{"main.py": SOURCE}]
    for seed in range(8):
        writer = Writer(Random(seed))
        texts.append({path_of(module): "".join(writer.module()) for module in sorted(MODULES)})
    made = []
    for sources in texts:
        files = [
            LinkFile(path, path[:-3].replace("/", "."), "python", 0, parse(text.encode(), "python"))
            for path, text in sources.items()
        ]
        made.append(Graph(link(lambda files=files: iter(files))))  # type: ignore[misc]
    return made


def below(graph: Graph, cls: int, resolution: str) -> set[int]:
    """What inherits from a class at any distance, by asking each for its own."""
    seen, todo = {cls}, [cls]
    while todo:
        for other in graph.neighbours(todo.pop(), EdgeKind.INHERITS, "in", resolution):  # type: ignore[arg-type]
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen - {cls}


def stands_in(graph: Graph, node: int, resolution: str) -> list[int]:
    """The last method of its name in each class below that of a method."""
    own = graph.parent(node)
    if own < 0 or not graph.kind(node).is_callable or not graph.kind(own).is_type:
        return []
    found = {}
    for other in range(graph.definition_count):
        if graph.kind(other).is_callable and graph.name(other) == graph.name(node):
            found[graph.parent(other)] = other
    return sorted(found[cls] for cls in found.keys() & below(graph, own, resolution))


def test_classes_below_are_those_of_each() -> None:
    """Asked for all classes at once, and for some of them twice: with cycles, diamonds and several bases of one name."""
    inferred = 0
    for graph in graphs():
        nodes = np.array([node for node in range(graph.definition_count) if graph.kind(node).is_type] * 2, dtype=np.int64)
        at, found = Inheritance(graph).below(nodes)
        for place, cls in enumerate(nodes.tolist()):
            said = found[at == place].tolist()
            exact = below(graph, cls, "exact")
            assert said == [2 * other + (other in exact) for other in sorted(below(graph, cls, "inferred"))]
            inferred += len(said) - len(exact)
    assert inferred


@pytest.mark.parametrize("resolution", ["exact", "inferred"])
def test_what_stands_in_for_many_is_what_stands_in_for_each(resolution: str) -> None:
    """Of all nodes together and of each alone, whatever they are."""
    some = 0
    for graph in graphs():
        nodes = np.arange(graph.node_count)
        at, found, is_exact = Overriding(graph)(nodes)
        for node in nodes.tolist():
            wanted = stands_in(graph, node, resolution) if node < graph.definition_count else []
            assert sorted(found[(at == node) & (is_exact | (resolution == "inferred"))].tolist()) == wanted
            assert overriding(graph, node, resolution) == wanted  # type: ignore[arg-type]
            some += len(wanted)
    assert some
