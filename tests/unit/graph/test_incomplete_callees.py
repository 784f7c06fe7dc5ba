"""A callee read from a cell that could not hold all: its functions are candidates, there and wherever they are copied to."""

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.value_rounds import MOST_VALUES
from lepasserelle.parse import parse


def _called(count: int) -> tuple[set[str], set[str]]:
    """Callees of a function that calls what it was passed on, of so many functions: asserted ones, and all with candidates."""
    functions = "".join(f"def f{number}(): pass\n" for number in range(count))
    calls = "".join(f"first(f{number})\n" for number in range(count))
    source = f"{functions}def first(x): second(x)\ndef second(y): y()\n{calls}"
    graph = Graph(link(lambda: iter([LinkFile("a.py", "a", "python", 0, parse(source.encode(), "python"))])))
    node = graph.find("second")[0]
    everything = {name for edge in graph.callees(node, "all") for name in (edge.target, *edge.candidates)}
    return {edge.target for edge in graph.callees(node, "inferred")}, everything


def test_callees_are_asserted_while_all_values_are_held() -> None:
    """The rule is about what was dropped, not about many."""
    asserted, _ = _called(MOST_VALUES)
    assert asserted == {f"a.f{number}" for number in range(MOST_VALUES)}


def test_callees_are_candidates_where_some_were_dropped_on_the_way() -> None:
    """The parameter that is called only copies the one that overflowed: it looks complete and is not."""
    asserted, everything = _called(MOST_VALUES + 12)
    assert not asserted
    assert len({name for name in everything if name.startswith("a.f")}) >= MOST_VALUES
