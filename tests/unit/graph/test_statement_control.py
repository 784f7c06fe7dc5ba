"""Post-dominance and control dependence against their definitions, by brute force over the ways through small graphs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.graph.statements.control import dependences
from lepasserelle.graph.statements.dominance import post_dominators, with_ways_out

Edges = list[list[int]]


@st.composite
def graphs(draw: st.DrawFn) -> Edges:
    """Up to nine nodes; the last one is the end and leads nowhere."""
    count = draw(st.integers(2, 9))
    targets = st.lists(st.integers(0, count - 1), max_size=3, unique=True)
    return [draw(targets) for _ in range(count - 1)] + [[]]


def reaches(graph: Edges, start: int, end: int, without: int) -> bool:
    """Whether a way leads from one node to another that does not pass a third one."""
    seen, stack = {start}, [start]
    while stack:
        node = stack.pop()
        if node == without:
            continue
        if node == end:
            return True
        stack += [target for target in graph[node] if target not in seen]
        seen.update(graph[node])
    return False


def post_dominates(graph: Edges, by: int, node: int) -> bool:
    """Every way from `node` to the end passes `by`."""
    return by == node or not reaches(graph, node, len(graph) - 1, by)


def decides(graph: Edges, decider: int, node: int) -> bool:
    """Ferrante, Ottenstein and Warren, definition 3: a way from the decider to the node all of whose nodes between are
    post-dominated
    by the node, which does not post-dominate the decider.
    """
    if node != decider and post_dominates(graph, node, decider):
        return False
    stack, seen = list(graph[decider]), set()
    while stack:
        between = stack.pop()
        if between == node:
            return True
        if between in seen or not post_dominates(graph, node, between):
            continue
        seen.add(between)
        stack += graph[between]
    return False


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_immediate_post_dominators_are_the_nearest(graph: Edges) -> None:
    """Of all strict post-dominators it is the one that all others post-dominate."""
    end = len(graph) - 1
    whole = with_ways_out(graph, end)
    above = post_dominators(whole, end)
    for node in range(end):
        strict = [by for by in range(len(graph)) if by != node and post_dominates(whole, by, node)]
        assert above[node] in strict
        assert all(post_dominates(whole, by, above[node]) for by in strict)


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_control_dependence_is_what_its_definition_says(graph: Edges) -> None:
    """For every pair of nodes."""
    end = len(graph) - 1
    whole = with_ways_out(graph, end)
    found = dependences(graph, end)
    for node in range(end):
        assert found[node] == [decider for decider in range(end) if len(set(whole[decider])) > 1 and decides(whole, decider, node)]


@given(graphs())
def test_every_node_gets_a_way_to_the_end(graph: Edges) -> None:
    """Also those in a loop without exit; nodes that had one keep their edges."""
    end = len(graph) - 1
    whole = with_ways_out(graph, end)
    assert all(reaches(whole, node, end, -1) for node in range(len(graph)))
    for before, after in zip(graph, whole, strict=True):
        assert after[: len(before)] == before
