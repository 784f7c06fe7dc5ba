"""A symbol, lines or a file → its indexed text, and what stands around it in the graph.

Reads the text of the generation, never the working tree. Invariants: only what the index holds can be read, so that a secret or a
path outside the project is simply not there; lines are whole.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from lepasserelle.errors import QueryError
from lepasserelle.graph import Graph
from lepasserelle.graph.graph import Direction
from lepasserelle.graph.overriding import overridden, overriding
from lepasserelle.leindex.answers import nodes_named
from lepasserelle.leindex.outlines import unknown_path
from lepasserelle.leindex.places import PLACE, relative_path
from lepasserelle.model import EdgeKind, NodeFlag, NodeKind, Reading, Relation
from lepasserelle.storage import TextStore

_NAMES: Final = 50
_TOLD: Final = 5

Differs = Callable[[str, str, bytes], bool]
"""(path, language, indexed text) → whether the file is another one by now."""

_RELATIONS: Final[tuple[tuple[str, EdgeKind, Direction], ...]] = (
    ("extends", EdgeKind.INHERITS, "out"),
    ("extended by", EdgeKind.INHERITS, "in"),
    ("called by", EdgeKind.CALLS, "in"),
    ("calls", EdgeKind.CALLS, "out"),
)


def read_target(graph: Graph, text: TextStore, project: Path, target: str, differs: Differs) -> Reading:
    """What `target` names: `PATH:FIRST-LAST`, `PATH:LINE`, `PATH` or a symbol.

    Raises `QueryError` for a path or lines that the index does not hold and for a name that many definitions have, and
    `UnknownSymbolError`.
    """
    file, first, last, node = _found(graph, project, target)
    data = text.read(file)
    lines = data.decode("utf-8", "replace").split("\n")
    is_whole = graph.lines(node) == (first, last)
    return Reading(
        path=graph.file_path(file),
        language=graph.file_language(file),
        start_line=first,
        end_line=last,
        lines=_line_count(graph, file),
        text="\n".join(line.rstrip("\r") for line in lines[first - 1 : last]),
        symbol=graph.qualified_name(node),
        kind=graph.kind(node).word,
        is_whole=is_whole,
        relations=tuple(relations_of(graph, node)) if is_whole else (),
        has_changed=differs(graph.file_path(file), graph.file_language(file), data),
    )


def _found(graph: Graph, project: Path, target: str) -> tuple[int, int, int, int]:
    """(file, first line, last line, the innermost definition around them)."""
    place = PLACE.fullmatch(target)
    path = relative_path(project, place["path"] if place is not None else target)
    file = graph.file_named(path)
    if file < 0:
        if place is not None or "/" in target:
            raise QueryError(unknown_path(graph, path))
        node = _definition(graph, target)
        return graph.file_of(node), *graph.lines(node), node
    most = _line_count(graph, file)
    first = int(place["first"]) if place is not None else 1
    last = int(place["last"] or first) if place is not None else most
    if not 1 <= first <= min(most, last):
        raise QueryError(f"{path} has lines 1 to {most}; there is no {first}-{last} in it")
    last = min(last, most)
    return file, first, last, graph.innermost(file, first, last)


def _line_count(graph: Graph, file: int) -> int:
    return max(1, graph.lines(graph.first_node(file))[1])


def _definition(graph: Graph, name: str) -> int:
    """The only definition with that name."""
    named = nodes_named(graph, name)
    inside = [node for node in named if node < graph.definition_count]
    exact = [node for node in inside if graph.qualified_name(node) == name] or inside
    if not exact:
        raise QueryError(f"{name!r} is outside the project: the index knows who uses it, not its text. Ask for its callers")
    if len(exact) > 1:
        places = ", ".join(f"{graph.qualified_name(node)} ({place_of(graph, node)})" for node in exact[:_TOLD])
        more = ", …" if len(exact) > _TOLD else ""
        raise QueryError(f"{len(exact)} definitions are called {name!r}: {places}{more}. Give a longer name, or PATH:FIRST-LAST")
    return exact[0]


def place_of(graph: Graph, node: int) -> str:
    """`path:first-last`."""
    first, last = graph.lines(node)
    return f"{graph.path(node)}:{first}-{last}"


def relations_of(graph: Graph, node: int) -> list[Relation]:
    """Who stands around a definition; relations that nobody stands in are left out."""
    parent = graph.parent(node)
    is_inside = parent >= 0 and graph.kind(parent) is not NodeKind.MODULE
    found = [Relation("in", (graph.qualified_name(parent),), 1)] if is_inside else []
    around = [(word, graph.neighbours(node, kind, direction, "inferred")) for word, kind, direction in _RELATIONS]
    for word, others in [("overrides", overridden(graph, node)), ("overridden by", overriding(graph, node)), *around]:
        if others:
            found.append(Relation(word, tuple(map(graph.qualified_name, _telling(graph, others))), len(others)))
    return found


def _telling(graph: Graph, nodes: Sequence[int]) -> list[int]:
    """Code of the project before its tests, and both before what is outside."""
    definitions = graph.definition_count
    return sorted(nodes, key=lambda node: (node >= definitions, node < definitions and graph.flags(node) & NodeFlag.TEST, node))[
        :_NAMES
    ]
