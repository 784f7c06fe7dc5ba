"""Answers requests with pages: asks one generation, has the records said compactly, and cuts them to their budget.

Not the answering itself (`query`, `graph`), and no waiting for an index (`LeIndex.answer`). Both faces come here, so that a command
and a tool give the same text. Invariant: a cursor goes on in the same answer of the same generation, or is refused.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lepasserelle.graph import Graph
from lepasserelle.leindex import answers
from lepasserelle.leindex.generation import PDG, VECTORS, OpenGeneration
from lepasserelle.model import (
    CalleesRequest,
    CallersRequest,
    ContextRequest,
    FindSymbolRequest,
    Page,
    Remarks,
    Request,
    SearchRequest,
)
from lepasserelle.query import compact, page

if TYPE_CHECKING:
    from lepasserelle.query.compact import ModuleOf

Answer = Callable[[OpenGeneration, Any, Remarks], Page]


def caches_of(request: Request) -> tuple[str, ...]:
    """What must be in memory for an answer."""
    return _DESK[type(request)][1]


def answer(generation: OpenGeneration, request: Request, remarks: Remarks) -> Page:
    """The page that answers a request. Raises as the questions of `LeIndex` do, and `QueryError` for a cursor of another answer."""
    return _DESK[type(request)][0](generation, request, remarks)


def _search(generation: OpenGeneration, request: SearchRequest, remarks: Remarks) -> Page:
    found = generation.searcher().search(
        request.query, request.limit, request.mode, request.language or None, request.kind or None, request.path or None
    )
    items = compact.hits(found, _modules(generation.graph()))
    return _cut(generation, request, remarks, items, "" if items else "nothing found")


def _context(generation: OpenGeneration, request: ContextRequest, remarks: Remarks) -> Page:
    analysis = generation.analyst().analyze(
        request.question,
        page.room(request.max_tokens, remarks),
        request.language or None,
        request.kind or None,
        request.path or None,
        page.escaped_tokens,
    )
    item = page.Item("", analysis.text.strip() or "nothing found")
    return page.cut([item], request.max_tokens, remarks=remarks)


def _find_symbol(generation: OpenGeneration, request: FindSymbolRequest, remarks: Remarks) -> Page:
    graph = generation.graph()
    items = compact.symbols(answers.definitions_named(graph, request.name), _modules(graph))
    return _cut(generation, request, remarks, items)


def _callers(generation: OpenGeneration, request: CallersRequest, remarks: Remarks) -> Page:
    graph = generation.graph()
    edges = answers.calls_of(graph, request.name, "in", request.resolution)
    head = f"{len(edges)} callers of {request.name} {compact.LEGEND}"
    return _cut(generation, request, remarks, compact.calls(edges, "source", _modules(graph)), head)


def _callees(generation: OpenGeneration, request: CalleesRequest, remarks: Remarks) -> Page:
    graph = generation.graph()
    edges = answers.calls_of(graph, request.name, "out", request.resolution)
    head = f"{len(edges)} callees of {request.name} {compact.LEGEND}"
    return _cut(generation, request, remarks, compact.calls(edges, "target", _modules(graph)), head)


_DESK: Final[Mapping[type[Request], tuple[Answer, tuple[str, ...]]]] = {
    SearchRequest: (_search, (PDG, VECTORS)),
    ContextRequest: (_context, (PDG, VECTORS)),
    FindSymbolRequest: (_find_symbol, (PDG,)),
    CallersRequest: (_callers, (PDG,)),
    CalleesRequest: (_callees, (PDG,)),
}


def _cut(generation: OpenGeneration, request: Request, remarks: Remarks, items: list[page.Item], head: str = "") -> Page:
    stamped = page.stamp(generation.fingerprint, _identity(request))
    start = page.read_cursor(request.cursor, stamped)
    return page.cut(items, request.max_tokens, head=head, start=start, stamped=stamped, remarks=remarks)


def _identity(request: Request) -> object:
    """What two requests of one answer have in common: all but the place and the size of the page."""
    return type(request).__name__, msgspec.structs.astuple(msgspec.structs.replace(request, cursor="", max_tokens=0))


def _modules(graph: Graph) -> "ModuleOf":
    def module_of(path: str) -> str:
        file = graph.file_named(path)
        return graph.file_module(file) if file >= 0 else ""

    return module_of
