"""Control dependence: which decisions a statement runs by.

Ferrante, Ottenstein and Warren, "The Program Dependence Graph and Its Use in Optimization" (1987): node b depends on a when one way
out of a always comes to b and another may not. Over the graph with apparent edges, so that jumps are decisions too.
"""

from bisect import insort
from collections.abc import Sequence

from lepasserelle.graph.statements.cfg import ControlFlow
from lepasserelle.graph.statements.dominance import post_dominators, with_ways_out
from lepasserelle.model.body import Body, StatementKind


def control_dependences(flow: ControlFlow) -> list[list[int]]:
    """For each node the nodes that decide whether it runs, ascending; a loop decides about itself too."""
    graph = [list(targets) for targets in flow.successors]
    for source, target in flow.apparent:
        if target not in graph[source]:
            graph[source].append(target)
    return dependences(graph, flow.exit)


def with_subjects(body: Body, found: list[list[int]]) -> list[list[int]]:
    """The same, where each CASE is decided by the subject of its SWITCH, too: the test is the case's, what is tested stands in the
    SWITCH, which has one way out and by its ways alone decides nothing.
    """
    for number, statement in enumerate(body.statements):
        if statement.kind == StatementKind.CASE and statement.parent not in found[number]:
            insort(found[number], statement.parent)
    return found


def dependences(successors: Sequence[Sequence[int]], end: int) -> list[list[int]]:
    """Control dependence of any graph with one end."""
    graph = with_ways_out(successors, end)
    above = post_dominators(graph, end)
    found: list[set[int]] = [set() for _ in graph]
    for node, targets in enumerate(graph):
        if len(targets) < 2:
            continue
        for target in targets:
            runner = target
            while runner != above[node]:
                found[runner].add(node)
                runner = above[runner]
    return [sorted(deciders) for deciders in found]
