"""The graph in forms that other programs read: GraphML and Graphviz' DOT, written line by line to a text stream."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

import numpy as np

from lepasserelle.graph.answers import members, outgoing
from lepasserelle.graph.layout import SET_BIT, Reason
from lepasserelle.graph.markup import escape, quoteattr
from lepasserelle.model import EdgeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

_GRAPHML_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="name" for="node" attr.name="name" attr.type="string"/>
<key id="kind" for="node" attr.name="kind" attr.type="string"/>
<key id="path" for="node" attr.name="path" attr.type="string"/>
<key id="line" for="node" attr.name="line" attr.type="int"/>
<key id="relation" for="edge" attr.name="relation" attr.type="string"/>
<key id="resolution" for="edge" attr.name="resolution" attr.type="string"/>
<key id="reason" for="edge" attr.name="reason" attr.type="string"/>
<graph id="G" edgedefault="directed">
"""
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd")

Row = tuple[int, int, Resolution, str]
"""(source, target, resolution, reason), candidate sets expanded"""


def _edge_rows(graph: "Graph", kind: EdgeKind, strongest: Resolution) -> Iterator[Row]:
    if kind == EdgeKind.CONTAINS:
        for node in range(graph.definition_count):
            if graph.parent(node) >= 0:
                yield graph.parent(node), node, Resolution.EXACT, Reason.SCOPE.words
        return
    for source in range(graph.definition_count):
        for edge in outgoing(graph, source):
            edge_kind, resolution, reason = graph.edge_types[graph.types[edge]]
            if edge_kind != kind or resolution > strongest:
                continue
            target = graph.targets[edge]
            for node in members(graph, target & ~SET_BIT) if target & SET_BIT else (target,):
                yield source, node, Resolution(resolution), Reason(reason).words


def _nodes_of(graph: "Graph", kind: EdgeKind, strongest: Resolution) -> Iterator[int]:
    """Nodes that some edge touches, ascending: a picture of lone dots helps nobody."""
    touched = np.zeros(graph.node_count, dtype=bool)
    for source, target, _, _ in _edge_rows(graph, kind, strongest):
        touched[source] = touched[target] = True
    yield from np.flatnonzero(touched).tolist()


def graphml(graph: "Graph", stream: TextIO, kind: EdgeKind, strongest: Resolution) -> None:
    """GraphML 1.0: nodes `n<number>` with name, kind, path and line; edges with relation, resolution and reason."""
    stream.write(_GRAPHML_HEAD)
    for node in _nodes_of(graph, kind, strongest):
        fields = {"name": graph.qualified_name(node), "kind": graph.kind(node).word}
        if node < graph.definition_count:
            fields |= {"path": graph.path(node), "line": str(graph.lines(node)[0])}
        stream.write(f'<node id="n{node}">{_data(fields)}</node>\n')
    for source, target, resolution, reason in _edge_rows(graph, kind, strongest):
        fields = {"relation": kind.word, "resolution": resolution.word, "reason": reason}
        stream.write(f'<edge source="n{source}" target="n{target}">{_data(fields)}</edge>\n')
    stream.write("</graph>\n</graphml>\n")


def _data(fields: dict[str, str]) -> str:
    return "".join(f"<data key={quoteattr(key)}>{escape(value.translate(_NOT_XML))}</data>" for key, value in fields.items())


def dot(graph: "Graph", stream: TextIO, kind: EdgeKind, strongest: Resolution) -> None:
    """A Graphviz digraph: dashed edges are inferred, dotted ones ambiguous; external nodes are plain text."""
    stream.write("digraph leindex {\n  node [shape=box];\n")
    for node in _nodes_of(graph, kind, strongest):
        shape = "" if node < graph.definition_count else ", shape=plaintext"
        stream.write(f"  n{node} [label={_quoted(graph.qualified_name(node))}{shape}];\n")
    styles = {Resolution.EXACT: "", Resolution.INFERRED: " [style=dashed]", Resolution.AMBIGUOUS: " [style=dotted]"}
    stream.writelines(
        f"  n{source} -> n{target}{styles[resolution]};\n" for source, target, resolution, _ in _edge_rows(graph, kind, strongest)
    )
    stream.write("}\n")


def _quoted(text: str) -> str:
    escaped = text.translate(_NOT_XML).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
