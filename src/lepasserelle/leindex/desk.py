"""Answers requests with pages: asks one generation, has the records said compactly, and cuts them to their budget.

Not the answering itself (`query`, `graph`), and no waiting for an index (`LeIndex.answer`). Both faces come here, so that a command
and a tool give the same text. Invariant: a cursor goes on in the same answer of the same generation, or is refused.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.graph import Graph
from lepasserelle.leindex import answers
from lepasserelle.leindex.generation import PDG, VECTORS, OpenGeneration
from lepasserelle.leindex.impacts import impact_of
from lepasserelle.leindex.lines import lines_of
from lepasserelle.leindex.outlines import outline_of
from lepasserelle.leindex.places import relative_path
from lepasserelle.leindex.questions import slice_question
from lepasserelle.leindex.reading import read_target
from lepasserelle.leindex.working_tree import WorkingTree
from lepasserelle.model import (
    LINE_MODES,
    CalleesRequest,
    CallersRequest,
    ContextRequest,
    FileOutline,
    FindSymbolRequest,
    ImpactRequest,
    OutlineRequest,
    Page,
    ReadRequest,
    Remarks,
    Request,
    SearchRequest,
    SliceRequest,
)
from lepasserelle.model.slices import Slice, SliceQuestion
from lepasserelle.query import compact, cursors, page
from lepasserelle.query.line_costs import escaped_tokens
from lepasserelle.query.line_page import asked_lines, line_page
from lepasserelle.wording import counted

if TYPE_CHECKING:
    from lepasserelle.query.compact import ModuleOf

_PLACE: Final = re.compile(r"(?P<path>.+):(?P<line>\d{1,9})")
_MOST_FUNCTIONS: Final = 100
_MOST_PAGES: Final = 60
"""Of one context: it has no more candidates than that."""
_SHARE_OF_RELATIONS: Final = 4
"""Relations may take such a part of what is read."""


def caches_of(request: Request) -> tuple[str, ...]:
    """What must be in memory for an answer. Raises `QueryError` for a request that no index answers."""
    if type(request) not in _ANSWERS:
        raise QueryError(f"{type(request).__name__} is no question about code; `Service.answer` and the tools take it")
    return _ANSWERS[type(request)][1]


class Desk:
    """Answers on one generation. `remarks`: what every answer must say about itself; `sliced` keeps slices."""

    def __init__(
        self,
        generation: OpenGeneration,
        remarks: Remarks,
        project: Path,
        tree: WorkingTree,
        sliced: Callable[[SliceQuestion], Slice],
    ) -> None:
        self._generation = generation
        self._remarks = remarks
        self._project = project
        self._tree = tree
        self._sliced = sliced

    def answer(self, request: Request) -> Page:
        """The page. Raises as the questions of `LeIndex` do, and `QueryError` for a cursor of another answer."""
        return _ANSWERS[type(request)][0](self, request)

    def search(self, request: SearchRequest) -> Page:
        """Places."""
        language, kind, path = request.language or None, request.kind or None, request.path or None
        if request.mode in LINE_MODES:
            return self._lines(request)
        if request.ignore_case or request.whole_word:
            raise QueryError("ignore_case and whole_word belong to the modes `literal` and `regex`")
        found = self._generation.searcher().search(request.query, request.limit, request.mode, language, kind, path, request.flat)
        items = compact.hits(found, self._modules())
        return self._cut(request, items, "" if items else "nothing found")

    def context(self, request: ContextRequest) -> Page:
        """Code. A cursor counts answers of the same size, so that it belongs to one size."""
        stamped = cursors.stamp(self._generation.fingerprint, cursors.identity(request), request.max_tokens)
        skip = cursors.read_cursor(request.cursor, stamped)
        if skip > _MOST_PAGES:
            raise QueryError("there is no more; ask something more precise")
        language, kind, path = request.language or None, request.kind or None, request.path or None
        remarks, free = self._remarks_and_room(request.max_tokens)
        render = partial(compact.context_part, module_of=self._modules())
        found = self._generation.analyst().analyze(request.question, free, language, kind, path, escaped_tokens, render, skip)
        shown, left = len(found.parts), len(found.left_out)
        cursor = cursors.Cursor(skip + 1, stamped).text if shown and left else ""
        return page.single(found.text.strip() if shown else "nothing found", shown, shown + left, cursor, remarks)

    def _remarks_and_room(self, budget: int) -> tuple[Remarks, int]:
        """What a page of code says of itself, and what that leaves: what a question did beside answering is told where there is
        room.
        """
        from lepasserelle.query.analyze import LEAST_BUDGET  # only code for a question needs what it loads

        free = page.room(budget, self._remarks)
        if free >= LEAST_BUDGET:
            return self._remarks, free
        remarks = msgspec.structs.replace(self._remarks, notes=())
        return remarks, page.room(budget, remarks)

    def find_symbol(self, request: FindSymbolRequest) -> Page:
        """Definitions."""
        return self._cut(request, compact.symbols(answers.definitions_named(self._graph, request.name), self._modules()))

    def callers(self, request: CallersRequest) -> Page:
        """Those who call."""
        return self._calls(request, "in")

    def callees(self, request: CalleesRequest) -> Page:
        """Those who are called."""
        return self._calls(request, "out")

    def impact(self, request: ImpactRequest) -> Page:
        """What would be reached."""
        found = impact_of(self._graph, request.name, request.depth, request.resolution)
        head, items = compact.impact(found, self._modules())
        return self._cut(request, items, head)

    def outline(self, request: OutlineRequest) -> Page:
        """Definitions, or files."""
        found = outline_of(self._graph, relative_path(self._project, request.path))
        head, items = compact.file_outline(found) if isinstance(found, FileOutline) else compact.folder_outline(found)
        return self._cut(request, items, head)

    def read(self, request: ReadRequest) -> Page:
        """Lines; what stands around them is on the first page only."""
        found = read_target(self._graph, self._generation.text(), self._project, request.target, self._tree.differs)
        head, items = compact.reading(found, self._modules(), request.max_tokens // _SHARE_OF_RELATIONS)
        return self._cut(request, items, head.partition("\n")[0] if request.cursor else head)

    def slice(self, request: SliceRequest) -> Page:
        """Statements."""
        path, line = _place(self._project, request.place)
        forward = request.direction == "forward"
        found = self._sliced(
            slice_question(
                self._project, path, line, request.variable, forward, request.across_calls, False, request.depth, _MOST_FUNCTIONS
            )
        )
        head, items = compact.slice_of(found, self._modules())
        return self._cut(request, items, head)

    def _lines(self, request: SearchRequest) -> Page:
        asked = asked_lines(request, self._generation.fingerprint)
        path, language = request.path or None, request.language or None
        found = lines_of(self._generation, asked.pattern, path, language, asked.most, asked.start)
        return line_page(request, asked, found, self._remarks, self._generation.manifest.left_out)

    def _calls(self, request: CallersRequest | CalleesRequest, direction: Literal["in", "out"]) -> Page:
        word, shown = ("caller", "source") if direction == "in" else ("callee", "target")
        edges = answers.calls_of(self._graph, request.name, direction, request.resolution)
        items = compact.calls(edges, shown, request.name, self._modules())
        head = f"{counted(len(items), word)} of {request.name} {compact.legend(edges)}"
        if not edges and request.resolution != "all":
            perhaps = len(answers.calls_of(self._graph, request.name, direction, "all"))
            head += f"; {perhaps} perhaps: ask with resolution `all`" if perhaps else ""
        return self._cut(request, items, head)

    def _cut(self, request: Request, items: list[page.Item], head: str = "") -> Page:
        stamped = cursors.stamp(self._generation.fingerprint, cursors.identity(request))
        start = cursors.read_cursor(request.cursor, stamped)
        return page.cut(items, request.max_tokens, head=head, start=start, stamped=stamped, remarks=self._remarks)

    @property
    def _graph(self) -> Graph:
        return self._generation.graph()

    def _modules(self) -> "ModuleOf":
        graph = self._graph

        @cache
        def module_of(path: str) -> str:
            file = graph.file_named(path)
            return graph.file_module(file) if file >= 0 else ""

        return module_of


def _place(project: Path, place: str) -> tuple[str, int]:
    """`PATH:LINE` in two. Raises `QueryError`."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise QueryError(f"{place[:200]!r} is no place; give PATH:LINE, as in shop/cart.py:12")
    return relative_path(project, found["path"]), int(found["line"])


_ANSWERS: Final[Mapping[type[Request], tuple[Callable[[Desk, Any], Page], tuple[str, ...]]]] = {
    SearchRequest: (Desk.search, (PDG, VECTORS)),
    ContextRequest: (Desk.context, (PDG, VECTORS)),
    FindSymbolRequest: (Desk.find_symbol, (PDG,)),
    CallersRequest: (Desk.callers, (PDG,)),
    CalleesRequest: (Desk.callees, (PDG,)),
    ImpactRequest: (Desk.impact, (PDG,)),
    SliceRequest: (Desk.slice, (PDG, VECTORS)),
    OutlineRequest: (Desk.outline, (PDG,)),
    ReadRequest: (Desk.read, (PDG, VECTORS)),
}
"""Request → (how it is answered, the caches that this reads)."""
