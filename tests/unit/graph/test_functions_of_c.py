"""Functions that flow in C, with and without what names alone say of where they get to: the same edges."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lepasserelle.graph import Graph, LinkFile, link
from lepasserelle.graph.functions_of_c import FunctionsOfC
from lepasserelle.graph.name_movements import NameMovements
from lepasserelle.model import EdgeKind
from lepasserelle.parse import parse

PLACES = ("p", "q", "s->f", "s->g", "table[0]", "kept", "make()")
VALUES = (*PLACES, "f0", "f1", "f2", "outside", "LIMIT", "0", "s->next->f")
ASSIGNED = ("p", "q", "s->f", "s->g", "table[0]", "kept")
PREAMBLE = """
struct part { int (*f)(int); unknown_t g; struct part *next; };
static unknown_t kept;
static unknown_t table[4];
static struct part whole = { f0, outside };
"""
MOVES = st.one_of(
    st.tuples(st.sampled_from(ASSIGNED), st.sampled_from(VALUES)).map(lambda pair: f"{pair[0]} = {pair[1]};"),
    st.sampled_from(PLACES).map(lambda place: f"{place}(1);"),
    st.tuples(st.integers(0, 2), st.sampled_from(VALUES), st.sampled_from(VALUES)).map(
        lambda call: f"f{call[0]}({call[1]}, {call[2]}, s);"
    ),
    st.sampled_from(VALUES).map(lambda value: f"if (p) return {value};"),
)
BODIES = st.lists(MOVES, min_size=1, max_size=5)


def edges_of(sources: dict[str, str]) -> set[tuple[object, ...]]:
    """Every edge of some files, with what is said of it."""
    files = [LinkFile(f"{name}.c", name, "c", 0, parse(text.encode(), "c")) for name, text in sources.items()]
    graph = Graph(link(lambda: iter(files)))
    return {
        (edge.source, edge.target, edge.kind, edge.resolution, edge.reason, tuple(edge.candidates), tuple(edge.sites))
        for node in range(graph.definition_count)
        for kind in (EdgeKind.CALLS, EdgeKind.READS, EdgeKind.WRITES)
        for edge in graph.edges(node, kind, "out")
    }


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(BODIES, min_size=3, max_size=3), other=BODIES)
def test_what_names_leave_out_holds_no_function_that_is_called(
    monkeypatch: pytest.MonkeyPatch, bodies: list[list[str]], other: list[str]
) -> None:
    """Random programs of two files, whose functions hand on functions, keep them in fields, tables and variables, and call them."""
    functions = [f"unknown_t f{n}(unknown_t p, other_t q, struct part *s)" for n in range(3)]
    sources = {
        "a": PREAMBLE + "\n".join(f"{head} {{ {' '.join(body)} return q; }}" for head, body in zip(functions, bodies, strict=True)),
        "b": PREAMBLE + f"unknown_t make(void) {{ unknown_t p, q; struct part *s = &whole; {' '.join(other)} return kept; }}",
    }
    told = edges_of(sources)
    with monkeypatch.context() as patched:
        patched.setattr(FunctionsOfC, "may_be_given", lambda *_: True)
        patched.setattr(FunctionsOfC, "may_be_named", lambda *_: True)
        assert told == edges_of(sources)


CHAIN = """
static int one(int n) { return n; }
static int last(step_t step, int n) { return step(n); }
static int middle(step_t step, int n) { return last(step, n); }
int first(int n) { return middle(one, n); }
static int idle(step_t step, int n) { return step->n; }
int other(int n) { return idle(one, n); }
"""


def test_a_function_that_is_handed_on_is_called_where_it_arrives() -> None:
    """Through two parameters of a type that the project does not define."""
    assert ("m.last", "m.one") in {(source, target) for source, target, *_ in edges_of({"m": CHAIN})}


NAMESAKES = (
    "struct part { int handler; };",
    "enum kind { handler };",
    "static int handler;",
    "static void other(int handler) { handler++; }",
)


@pytest.mark.parametrize("beside", NAMESAKES)
def test_what_is_called_like_a_function_outside_does_not_hide_it(beside: str) -> None:
    """A field, or what another file has for itself: the function that is handed on is called where it arrives."""
    sources = {"a": beside, "b": "static void run(step_t p) { p(1); }\nvoid go(void) { run(handler); }\n"}
    assert ("b.run", "<global>.handler") in {(source, target) for source, target, *_ in edges_of(sources)}


def test_only_what_is_called_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parameters that a function gets to and from which it gets to a call: those of two of three functions."""
    asked: list[bool] = []
    parameter = NameMovements.parameter
    monkeypatch.setattr(NameMovements, "parameter", lambda self, flow: (asked.append(parameter(self, flow)), asked[-1])[1])
    edges_of({"m": CHAIN})
    assert True in asked
    assert False in asked
