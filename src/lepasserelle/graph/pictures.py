"""A neighbourhood of the graph in forms that people look at and programs read: DOT, GraphML, JSON, SVG.

The SVG is laid out here, in columns by distance: what reaches the symbol to its left, what it reaches to its right. No program is
needed to draw it, and it runs no script. Not here: which nodes and edges.
"""

import json
from collections.abc import Mapping
from typing import Final, NamedTuple, TextIO

from lepasserelle.graph.markup import escape, quoteattr

_NOT_XML: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd")
_COLUMN: Final = 260
_ROW: Final = 34
_BOX: Final = 200
_HEIGHT: Final = 24
_LETTERS: Final = 30
_STYLES: Final = {"exact": "", "inferred": ' stroke-dasharray="6 3"', "ambiguous": ' stroke-dasharray="2 3"'}


class PictureNode(NamedTuple):
    """One box."""

    number: int
    name: str
    """Qualified."""
    kind: str
    path: str
    line: int
    distance: int
    """Columns from the symbol in the middle; negative to its left."""


class PictureEdge(NamedTuple):
    """One arrow."""

    source: int
    target: int
    relation: str
    resolution: str
    reason: str


def write_json(stream: TextIO, nodes: list[PictureNode], edges: list[PictureEdge]) -> None:
    """Nodes and edges as one document; edges name nodes by `id`."""
    document = {
        "nodes": [
            {"id": one.number, "name": one.name, "kind": one.kind, "path": one.path, "line": one.line, "distance": one.distance}
            for one in nodes
        ],
        "edges": [edge._asdict() for edge in edges],
    }
    json.dump(document, stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def write_dot(stream: TextIO, nodes: list[PictureNode], edges: list[PictureEdge]) -> None:
    """A Graphviz digraph: dashed edges are inferred, dotted ones ambiguous; the symbol in the middle is bold."""
    styles = {"exact": "", "inferred": " [style=dashed]", "ambiguous": " [style=dotted]"}
    stream.write("digraph leindex {\n  rankdir=LR;\n  node [shape=box];\n")
    for one in nodes:
        weight = "" if one.distance else ", style=bold"
        stream.write(f"  n{one.number} [label={_quoted(one.name)}{weight}];\n")
    stream.writelines(f"  n{edge.source} -> n{edge.target}{styles[edge.resolution]};\n" for edge in edges)
    stream.write("}\n")


def write_graphml(stream: TextIO, nodes: list[PictureNode], edges: list[PictureEdge]) -> None:
    """GraphML 1.0, with the keys of the export of the whole graph and `distance`."""
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
    stream.writelines(
        f'<key id="{key}" for="{of}" attr.name="{key}" attr.type="{kind}"/>\n'
        for key, of, kind in (
            *(("name", "node", "string"), ("kind", "node", "string"), ("path", "node", "string"), ("line", "node", "int")),
            *(
                ("distance", "node", "int"),
                ("relation", "edge", "string"),
                ("resolution", "edge", "string"),
                ("reason", "edge", "string"),
            ),
        )
    )
    stream.write('<graph id="G" edgedefault="directed">\n')
    for one in nodes:
        fields = {"name": one.name, "kind": one.kind, "path": one.path, "line": one.line, "distance": one.distance}
        stream.write(f'<node id="n{one.number}">{_data(fields)}</node>\n')
    for edge in edges:
        fields = {"relation": edge.relation, "resolution": edge.resolution, "reason": edge.reason}
        stream.write(f'<edge source="n{edge.source}" target="n{edge.target}">{_data(fields)}</edge>\n')
    stream.write("</graph>\n</graphml>\n")


def write_svg(stream: TextIO, nodes: list[PictureNode], edges: list[PictureEdge]) -> None:
    """A picture: columns by distance, solid arrows proved, dashed ones inferred, dotted ones ambiguous."""
    columns: dict[int, list[PictureNode]] = {}
    for one in nodes:
        columns.setdefault(one.distance, []).append(one)
    first = min(columns, default=0)
    tallest = max((len(column) for column in columns.values()), default=0)
    width = (max(columns, default=0) - first) * _COLUMN + _BOX + 40
    height = tallest * _ROW + 40
    places = {}
    for distance, column in columns.items():
        top = 20 + (tallest - len(column)) * _ROW // 2
        for row, one in enumerate(column):
            places[one.number] = (20 + (distance - first) * _COLUMN, top + row * _ROW)
    stream.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n')
    stream.write(
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 L8 4 L0 8 z" fill="#555"/></marker></defs>\n<g font-family="sans-serif" font-size="12">\n'
    )
    stream.writelines(_arrow(places[edge.source], places[edge.target], edge) for edge in edges)
    for one in nodes:
        stream.write(_box(places[one.number], one))
    stream.write("</g>\n</svg>\n")


def _arrow(source: tuple[int, int], target: tuple[int, int], edge: PictureEdge) -> str:
    leftwards = target[0] <= source[0]
    x1, y1 = source[0] + (0 if leftwards and source != target else _BOX), source[1] + _HEIGHT // 2
    x2, y2 = target[0] + (_BOX if leftwards else 0), target[1] + _HEIGHT // 2
    bend = 60 if source == target else max(30, abs(x2 - x1) // 2)
    c1, c2 = (x1 - bend, x2 + bend) if leftwards and source != target else (x1 + bend, x2 + bend if leftwards else x2 - bend)
    title = escape(f"{edge.relation}, {edge.resolution}: {edge.reason}".translate(_NOT_XML))
    style = _STYLES[edge.resolution]
    return (
        f'<path d="M{x1} {y1} C{c1} {y1} {c2} {y2} {x2} {y2}" fill="none" stroke="#555"{style} marker-end="url(#arrow)">'
        f"<title>{title}</title></path>\n"
    )


def _box(place: tuple[int, int], one: PictureNode) -> str:
    name = one.name if len(one.name) <= _LETTERS else "…" + one.name[1 - _LETTERS :]
    where = f"{one.name} ({one.kind})" + (f", {one.path}:{one.line}" if one.path else "")
    fill = "#ffe9a8" if not one.distance else "#eef3fb" if one.path else "#f4f4f4"
    x, y = place
    title, label = escape(where.translate(_NOT_XML)), escape(name.translate(_NOT_XML))
    return (
        f'<g><title>{title}</title><rect x="{x}" y="{y}" width="{_BOX}" height="{_HEIGHT}" rx="4" fill="{fill}" stroke="#555"/>'
        f'<text x="{x + 8}" y="{y + 16}">{label}</text></g>\n'
    )


def _data(fields: Mapping[str, object]) -> str:
    return "".join(f"<data key={quoteattr(key)}>{escape(str(value).translate(_NOT_XML))}</data>" for key, value in fields.items())


def _quoted(text: str) -> str:
    escaped = text.translate(_NOT_XML).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
