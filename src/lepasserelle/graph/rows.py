"""Symbols and edges as rows for lestockage, file by file, so that one file's rows can be replaced and checked alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lepasserelle.graph.answers import first_lines, outgoing
from lepasserelle.graph.layout import SET_BIT, Reason
from lepasserelle.model import EdgeKind, Resolution

if TYPE_CHECKING:
    from lepasserelle.graph.graph import Graph

SymbolRow = tuple[str, str, str, int, int, str]
"""(qualified name, simple name, kind word, first line, last line, signature)"""
EdgeRow = tuple[str, str, str, str, str, int]
"""(qualified source, qualified target or name as written, kind word, resolution word, reason, first line)"""


def symbols(graph: "Graph") -> Iterator[tuple[str, list[SymbolRow]]]:
    """(path, its definitions)."""
    for file in range(graph.file_count):
        nodes = range(graph.files_base[file], graph.files_base[file + 1])
        yield graph.file_path(file), [_symbol(graph, node) for node in nodes]


def _symbol(graph: "Graph", node: int) -> SymbolRow:
    first, last = graph.lines(node)
    return graph.qualified_name(node), graph.name(node), graph.kind(node).word, first, last, graph.signature(node)


def edges(graph: "Graph") -> Iterator[tuple[str, list[EdgeRow]]]:
    """(path, the edges that start in it)."""
    for file in range(graph.file_count):
        found: list[EdgeRow] = []
        for node in range(graph.files_base[file], graph.files_base[file + 1]):
            numbers = outgoing(graph, node)
            if numbers:
                source = graph.qualified_name(node)
                found += [_edge(graph, source, edge, line) for edge, line in zip(numbers, first_lines(graph, node), strict=True)]
        yield graph.file_path(file), found


def _edge(graph: "Graph", source: str, edge: int, line: int) -> EdgeRow:
    kind, resolution, reason = graph.edge_types[graph.types[edge]]
    target = graph.targets[edge]
    name = graph.set_name(target & ~SET_BIT) if target & SET_BIT else graph.qualified_name(target)
    return source, name, EdgeKind(kind).word, Resolution(resolution).word, Reason(reason).words, line
