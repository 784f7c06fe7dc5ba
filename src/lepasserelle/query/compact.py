"""Says records in few tokens: a path once for all that stands in it, names without the module that the path already tells.

Not how much fits (`page`). Pure: records in, items out. Invariant: every name that an item gives is one that the other questions
understand, and every place is `line` or `first-last` under the path of its heading.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Final, TypeVar

from lepasserelle.model import Edge, SearchHit, Symbol
from lepasserelle.query.page import Item, storable

Record = TypeVar("Record")

ModuleOf = Callable[[str], str]
"""Path of a file → dotted name of its module."""

OUTSIDE: Final = "(outside the project)"
MARKS: Final = {"exact": "", "inferred": " ~", "ambiguous": " ?"}
LEGEND: Final = "(~ inferred, ? ambiguous)"

_LINE_CHARS: Final = 160
_CANDIDATES: Final = 5


def local_name(symbol: str, module: str) -> str:
    """A qualified name without its module; the module's own name stays."""
    return symbol[len(module) + 1 :] if module and symbol.startswith(module + ".") else symbol


def span(start_line: int, end_line: int) -> str:
    """`12` or `12-40`."""
    return str(start_line) if start_line == end_line else f"{start_line}-{end_line}"


def one_line(text: str, most_chars: int = _LINE_CHARS) -> str:
    """White space collapsed, cut with `…`."""
    joined = " ".join(storable(text).split())
    return joined if len(joined) <= most_chars else joined[: most_chars - 1] + "…"


def hits(found: Sequence[SearchHit], module_of: ModuleOf) -> list[Item]:
    """Search hits, best first; those of one file stand together, where its best one is."""
    items: list[Item] = []
    for path, of_file in _by_path(found, lambda hit: hit.path):
        for hit in of_file:
            head = f"{span(hit.start_line, hit.end_line)} {hit.kind} {local_name(hit.symbol, module_of(path))}"
            body = _indented(hit.snippet)
            items.append(Item(path, f"{head}\n{body}" if body else head, head))
    return items


def symbols(found: Sequence[Symbol], module_of: ModuleOf) -> list[Item]:
    """Definitions, by file."""
    items: list[Item] = []
    for path, of_file in _by_path(found, lambda one: one.path or OUTSIDE):
        for one in of_file:
            place = f"{span(one.start_line, one.end_line)} " if one.path else ""
            head = f"{place}{one.kind} {local_name(one.symbol, module_of(one.path))}"
            told = [one_line(text) for text in (one.signature, one.documentation.strip().partition("\n")[0]) if text]
            items.append(Item(path, "\n  ".join([head, *told]), head))
    return items


def calls(edges: Sequence[Edge], shown: str, module_of: ModuleOf) -> list[Item]:
    """Calls with their lines, by the file where they stand. `shown`: `source` or `target`, the end that was asked for."""
    items: list[Item] = []
    for path, of_file in _by_path(edges, lambda edge: edge.sites[0][0] if edge.sites else OUTSIDE):
        for edge in of_file:
            name = edge.source if shown == "source" else edge.target
            lines = ",".join(str(line) for _, line in edge.sites)
            text = f"{local_name(name, module_of(path))}{MARKS[edge.resolution]} {lines}".rstrip()
            if len(edge.candidates) > 1:
                more = ", …" if len(edge.candidates) > _CANDIDATES else ""
                text += f" one of {len(edge.candidates)}: {', '.join(edge.candidates[:_CANDIDATES])}{more}"
            items.append(Item(path, storable(text)))
    return items


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in storable(text).splitlines())


def _by_path(records: Iterable[Record], path: Callable[[Record], str]) -> list[tuple[str, list[Record]]]:
    """Records of one path together, in the order of each path's first one."""
    first: dict[str, int] = {}
    for record in records:
        first.setdefault(path(record), len(first))
    ordered = sorted(records, key=lambda record: first[path(record)])
    return [(place, list(group)) for place, group in groupby(ordered, key=path)]
