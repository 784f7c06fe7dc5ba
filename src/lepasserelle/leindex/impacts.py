"""Names → what a change of them could reach, as records."""

from typing import Final

import numpy as np

from lepasserelle.errors import QueryError
from lepasserelle.graph import Graph
from lepasserelle.graph.graph import STRONGEST
from lepasserelle.graph.impact import Reach, reach
from lepasserelle.graph.naming import Named, named
from lepasserelle.leindex.answers import nodes_named
from lepasserelle.leindex.words import ResolutionFilter, check_resolution
from lepasserelle.model import Impact, NodeFlag, NodeKind, Reached, Resolution

MOST_STEPS: Final = 20
_TEST: Final = int(NodeFlag.TEST)
_KINDS: Final = np.array([NodeKind(number).word for number in range(len(NodeKind))], dtype=object)
_RESOLUTIONS: Final = np.array([Resolution(number).word for number in range(len(Resolution))], dtype=object)


def impact_of(graph: Graph, name: str, depth: int, resolution: ResolutionFilter) -> Impact:
    """What could break when the definitions called `name` change. Raises `UnknownSymbolError`, `QueryError`."""
    check_resolution(resolution)
    if isinstance(depth, bool) or not isinstance(depth, int) or not 1 <= depth <= MOST_STEPS:
        raise QueryError(f"depth is {depth!r}; it must be a whole number from 1 to {MOST_STEPS}")
    roots = nodes_named(graph, name)
    found = reach(graph, roots, depth, STRONGEST[resolution])
    asked = np.array(roots, dtype=np.int64)
    said = named(graph, [asked, found.steps.nodes, found.steps.via])
    names = tuple(dict.fromkeys(said.of(asked)))
    return Impact(name, names, depth, _records(graph, found, said), found.is_complete, found.set_aside)


def _records(graph: Graph, found: Reach, said: Named) -> tuple[Reached, ...]:
    """What was reached, in the order in which it was."""
    nodes, steps = found.steps.nodes, found.steps
    files, at = np.unique(graph.files_of(nodes), return_inverse=True)
    paths = np.array(graph.strings.texts(graph.file_rows[files, 0]), dtype=object)
    return tuple(
        map(
            Reached,
            said.of(nodes),
            _KINDS[graph.kinds[nodes]].tolist(),
            paths[at].tolist(),
            *graph.line_columns(nodes),
            found.distances.tolist(),
            found.words,
            said.of(steps.via),
            _RESOLUTIONS[steps.weakest].tolist(),
            (graph.flag_bits[nodes] & _TEST != 0).tolist(),
        )
    )
