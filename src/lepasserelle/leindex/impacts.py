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
_KINDS: Final = {int(kind): kind.word for kind in NodeKind}
_RESOLUTIONS: Final = {int(resolution): resolution.word for resolution in Resolution}


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
    return Impact(name, names, depth, _records(graph, found, said), found.is_complete)


def _records(graph: Graph, found: Reach, said: Named) -> tuple[Reached, ...]:
    """What was reached, in the order in which it was."""
    nodes, files = found.steps.nodes, graph.files_of(found.steps.nodes)
    paths = {file: graph.file_path(file) for file in np.unique(files).tolist()}
    starts, ends = graph.line_columns(nodes)
    return tuple(
        map(
            Reached,
            said.of(nodes),
            map(_KINDS.__getitem__, graph.kinds[nodes].tolist()),
            map(paths.__getitem__, files.tolist()),
            starts,
            ends,
            found.distances.tolist(),
            found.words,
            said.of(found.steps.via),
            map(_RESOLUTIONS.__getitem__, found.steps.weakest.tolist()),
            (graph.flag_bits[nodes] & _TEST != 0).tolist(),
        )
    )
