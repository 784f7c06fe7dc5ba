"""What the syntax calls on one of more values than are followed."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.value_rounds import MOST_VALUES
from lepasserelle.parse import parse


def graph_of(count: int) -> Graph:
    """The graph of a module in which instances of so many classes flow to one place, from which texts are made."""
    classes = "".join(f"class C{n}:\n    def __str__(self): return ''\n" for n in range(count))
    made = ", ".join(f"C{n}()" for n in range(count))
    source = f"{classes}\ndef told(value):\n    str(value)\n    return f'{{value}}'\nfor each in [{made}]:\n    told(each)\n"
    return Graph(link(lambda: iter([LinkFile("m.py", "m", "python", 0, parse(source.encode(), "python"))])))


def test_a_few_values_are_asserted() -> None:
    """Each of them arrives on a way that the code has."""
    callees = dict(graph_of(3).adjacency(resolution="inferred"))["m.told"]
    assert callees == ["<builtin>.str", "m.C0.__str__", "m.C1.__str__", "m.C2.__str__"]


def test_more_than_are_followed_are_candidates_only() -> None:
    """A place that holds anything says nothing about which method is entered, as for a call that is written."""
    graph = graph_of(MOST_VALUES + 5)
    assert dict(graph.adjacency(resolution="inferred"))["m.told"] == ["<builtin>.str"]
    assert len(dict(graph.adjacency(resolution="all"))["m.told"]) > MOST_VALUES // 2
