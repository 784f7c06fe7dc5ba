"""Calls of more functions than a cell holds: those that find no room are candidates, too, so that nobody is told that they are not
called.
"""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.graph import Graph, LinkFile, Reason, link
from lepasserelle.graph.value_cells import FUNCTION, MOST_TURNED_AWAY, SHIFT, Cells
from lepasserelle.graph.value_rounds import MOST_VALUES
from lepasserelle.graph.value_turned_away import TurnedAway
from lepasserelle.parse import parse

MANY = MOST_VALUES + 14
PYTHON = "".join(f"def h{n}(x):\n    return {n}\n" for n in range(MANY))
ECMASCRIPT = "".join(f"function h{n}(x) {{ return {n} }}\n" for n in range(MANY))
EACH = range(MANY)
PROGRAMS = {
    "argument.py": (PYTHON + "def call(f):\n    return f(1)\n" + "".join(f"call(h{n})\n" for n in EACH), "call"),
    "attribute.py": (
        PYTHON
        + "class K:\n    cb = None\n    def run(self):\n        return self.cb(1)\n"
        + "".join(f"def s{n}(k: K):\n    k.cb = h{n}\n" for n in EACH),
        "K.run",
    ),
    "argument.js": (ECMASCRIPT + "function call(f) { return f(1) }\n" + "".join(f"call(h{n})\n" for n in EACH), "call"),
    "list.js": (
        ECMASCRIPT + f"const T = [{', '.join(f'h{n}' for n in EACH)}]\nfunction call() {{ for (const f of T) f(1) }}\n",
        "call",
    ),
    "object.js": (
        ECMASCRIPT + f"const T = {{{', '.join(f'k{n}: h{n}' for n in EACH)}}}\nfunction call(k) {{ return T[k](1) }}\n",
        "call",
    ),
    "map.js": (
        ECMASCRIPT
        + "const T = new Map()\n"
        + "".join(f"T.set('{n}', h{n})\n" for n in EACH)
        + "function call(k) { return T.get(k)(1) }\n",
        "call",
    ),
    "listeners.js": (
        ECMASCRIPT
        + "class E { constructor() { this.l = [] } on(f) { this.l.push(f) } emit() { for (const f of this.l) f(1) } }\n"
        + "const e = new E()\n"
        + "".join(f"e.on(h{n})\n" for n in EACH),
        "E.emit",
    ),
}


def graph_of(name: str) -> Graph:
    """The graph of one program."""
    language = "python" if name.endswith(".py") else "javascript"
    source = PROGRAMS[name][0].encode()
    return Graph(link(lambda: iter([LinkFile(name, "m", language, 0, parse(source, language))])))


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_call_of_more_functions_than_are_followed_has_all_of_them_for_candidates(name: str) -> None:
    """None is asserted, and none is left out: one edge to all."""
    graph = graph_of(name)
    edges = [edge for edge in graph.callees(graph.find(PROGRAMS[name][1])[0]) if edge.reason == Reason.BOUNDED.words]
    assert [(edge.resolution, set(edge.candidates)) for edge in edges] == [("ambiguous", {f"m.h{n}" for n in EACH})]


@pytest.mark.parametrize("name", PROGRAMS)
def test_whoever_finds_no_room_is_perhaps_called(name: str) -> None:
    """Whichever of them is asked for: the answer does not depend on the order in which they stand."""
    graph, caller = graph_of(name), f"m.{PROGRAMS[name][1]}"
    for number in EACH:
        node = graph.find(f"h{number}")[0]
        assert caller not in {edge.source for edge in graph.callers(node, "inferred")}
        assert caller in {edge.source for edge in graph.callers(node, "all")}


def cells_of(count: int, copies: list[tuple[int, int]], turned_away: dict[int, set[int]]) -> Cells:
    """Cells of which some turned functions away and some hold what others hold."""
    cells = Cells(count, lambda cell: None)
    for source, target in copies:
        cells.copy(source, target)
    cells.turned_away = {cell: {FUNCTION | function << SHIFT for function in functions} for cell, functions in turned_away.items()}
    return cells


CELLS = 12
SOME = st.integers(1, CELLS - 1)


@given(
    copies=st.lists(st.tuples(SOME, SOME), max_size=30), turned_away=st.dictionaries(SOME, st.sets(st.integers(0, 9), min_size=1))
)
def test_what_was_turned_away_comes_to_whoever_holds_the_same(
    copies: list[tuple[int, int]], turned_away: dict[int, set[int]]
) -> None:
    """In circles, too, as sets that grow until nothing changes have it."""
    expected: dict[int, set[int]] = {cell: set(turned_away.get(cell, ())) for cell in range(CELLS)}
    for _ in range(CELLS):
        for source, target in copies:
            expected[target] |= expected[source]
    found = TurnedAway(cells_of(CELLS, copies, turned_away))
    assert {cell: set(found.functions(cell)) for cell in range(CELLS)} == expected


def test_what_was_turned_away_takes_no_set_for_each_cell_that_holds_the_same() -> None:
    """A cell that turned a thousand functions away, and thousands that hold the same, in a ring: a few hundred bytes each."""
    count = 4_000
    ring = [(cell, cell % (count - 1) + 1) for cell in range(1, count)]
    cells = cells_of(count, ring, {1: set(range(MOST_TURNED_AWAY)), 2: set(range(5, MOST_TURNED_AWAY + 5))})
    tracemalloc.start()
    found = TurnedAway(cells)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.functions(count - 1)) == MOST_TURNED_AWAY
    assert peak_bytes < 1_000 * count
