"""Names → what a change of them could reach, as records."""

from typing import Final

from lepasserelle.errors import QueryError
from lepasserelle.graph import Graph
from lepasserelle.graph.graph import STRONGEST
from lepasserelle.graph.impact import Step, reach
from lepasserelle.leindex.answers import nodes_named
from lepasserelle.leindex.words import ResolutionFilter, check_resolution
from lepasserelle.model import Impact, NodeFlag, Reached

MOST_STEPS: Final = 20
_TEST: Final = int(NodeFlag.TEST)


def impact_of(graph: Graph, name: str, depth: int, resolution: ResolutionFilter) -> Impact:
    """What could break when the definitions called `name` change. Raises `UnknownSymbolError`, `QueryError`."""
    check_resolution(resolution)
    if isinstance(depth, bool) or not isinstance(depth, int) or not 1 <= depth <= MOST_STEPS:
        raise QueryError(f"depth is {depth!r}; it must be a whole number from 1 to {MOST_STEPS}")
    roots = nodes_named(graph, name)
    steps, is_complete = reach(graph, roots, depth, STRONGEST[resolution])
    names = tuple(dict.fromkeys(graph.qualified_name(root) for root in roots))
    said = {step.node: graph.qualified_name(step.node) for step in steps}
    said |= {step.via: graph.qualified_name(step.via) for step in steps if step.via not in said}
    return Impact(name, names, depth, tuple(_reached(graph, step, said) for step in steps), is_complete)


def _reached(graph: Graph, step: Step, said: dict[int, str]) -> Reached:
    start_line, end_line = graph.lines(step.node)
    return Reached(
        symbol=said[step.node],
        kind=graph.kind(step.node).word,
        path=graph.path(step.node),
        start_line=start_line,
        end_line=end_line,
        distance=step.distance,
        how=step.kind.word,
        via=said[step.via],
        resolution=step.resolution.word,
        is_test=bool(graph.flags(step.node) & _TEST),
    )
