"""Shapes the graph's answers about names into records. Pure: a graph in, records out."""

import json
import re
from typing import Literal, TextIO

from lepasserelle.errors import QueryError, UnknownSymbolError
from lepasserelle.graph import Graph
from lepasserelle.graph.constructing import with_constructors
from lepasserelle.graph.entering import entries
from lepasserelle.graph.graph import STRONGEST
from lepasserelle.leindex.words import GraphFormat, ResolutionFilter, check_resolution
from lepasserelle.model import Edge, EdgeKind, NodeKind, Symbol

_SEPARATORS = re.compile(r"::|->|#")


def nodes_named(graph: Graph, name: str) -> list[int]:
    """Every node with that name, also where it is written as another language does (`Cart::pay`, `Cart#pay()`). Raises
    `UnknownSymbolError`.
    """
    found = graph.find(name) or graph.find(_SEPARATORS.sub(".", name.strip()).removesuffix("()").strip("."))
    if not found:
        raise UnknownSymbolError(name, tuple(graph.near(name)))
    return found


def symbol(graph: Graph, node: int) -> Symbol:
    """The record of a node."""
    start_line, end_line = graph.lines(node)
    return Symbol(
        symbol=graph.qualified_name(node),
        kind=graph.kind(node).word,
        path=graph.path(node),
        start_line=start_line,
        end_line=end_line,
        language=graph.language(node),
        signature=graph.signature(node),
        documentation=graph.documentation(node),
    )


def definitions_named(graph: Graph, name: str) -> list[Symbol]:
    """Every definition with that name; what is outside the project only when nothing inside has it."""
    found = [symbol(graph, node) for node in nodes_named(graph, name)]
    inside = [one for one in found if one.kind != NodeKind.EXTERNAL.word]
    return inside or found


def calls_of(graph: Graph, name: str, direction: Literal["in", "out"], resolution: ResolutionFilter) -> list[Edge]:
    """What runs any node with that name (`in`), or what it runs (`out`), without repetition: calls, and reads and writes of
    accessors. Who makes an instance of a class enters its constructors, which `Edge.target` (`source`) names.
    """
    check_resolution(resolution)
    return entries(graph, with_constructors(graph, nodes_named(graph, name)), direction, STRONGEST[resolution])


def write_graph(graph: Graph, stream: TextIO, edges: str, form: GraphFormat, resolution: ResolutionFilter) -> None:
    """The edges of one kind, written as they are found. Raises `QueryError` for an unknown kind or form."""
    check_resolution(resolution)
    try:
        kind = EdgeKind[edges.upper()]
    except KeyError:
        raise QueryError(f"no kind of edges {edges!r}; they are {', '.join(kind.word for kind in EdgeKind)}") from None
    if form == "adjacency":
        _write_adjacency(graph, stream, kind, resolution)
    elif form == "graphml":
        graph.write_graphml(stream, kind, resolution)
    elif form == "dot":
        graph.write_dot(stream, kind, resolution)
    else:
        raise QueryError(f"no graph format {form!r}; they are adjacency, graphml, dot")


def _write_adjacency(graph: Graph, stream: TextIO, kind: EdgeKind, resolution: ResolutionFilter) -> None:
    """One JSON object, a line for each definition: its name, and the sorted names that it reaches."""
    separator = "{\n"
    for name, reached in graph.adjacency(kind, resolution):
        stream.write(f"{separator}{json.dumps(name, ensure_ascii=False)}: {json.dumps(reached, ensure_ascii=False)}")
        separator = ",\n"
    stream.write("\n}\n" if separator == ",\n" else "{}\n")
