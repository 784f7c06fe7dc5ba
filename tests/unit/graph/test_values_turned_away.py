"""Calls of more functions than a cell holds: those that find no room are candidates, too, so that nobody is told that they are not
called.
"""

import pytest

from lepasserelle.graph import Graph, LinkFile, Reason, link
from lepasserelle.graph.value_rounds import MOST_VALUES
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
