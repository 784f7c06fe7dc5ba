"""Answers a question with code: the places that answer it, and what stands around them in the graph, within a budget of tokens.

Not a language model: it gathers, it does not conclude. Reads one pinned generation. Invariant: the same question with the same
budget on the same generation gives the same answer.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, Protocol

from lepasserelle.errors import QueryError
from lepasserelle.model import Analysis, ContextPart, EdgeKind, NodeFlag, NodeKind, SearchHit
from lepasserelle.query.context import Candidate, Measure, Packer, Render
from lepasserelle.query.seams import TextStore
from lepasserelle.query.searcher import Searcher
from lepasserelle.query.tokens import estimate_tokens

LEAST_BUDGET: Final = 100
MOST_BUDGET: Final = 1_000_000
_HITS: Final = 12
_TOKENS_A_HIT: Final = 400
_MOST_HITS: Final = 60
_EXPANDED: Final = 5
"""Hits whose surroundings are looked at."""
_RELATIVES: Final = 4
"""Callers, and callees, of each."""
_LARGEST_BYTES: Final = 1 << 16
_QUESTION_CHARS: Final = 200


class AnalyzedGraph(Protocol):
    """The graph as an analysis needs it."""

    @property
    def definition_count(self) -> int:
        """Nodes of the project."""

    def find(self, name: str) -> list[int]:
        """Nodes of a name."""

    def path(self, node: int) -> str:
        """Of its file."""

    def lines(self, node: int) -> tuple[int, int]:
        """First and last."""

    def kind(self, node: int) -> NodeKind:
        """What it is."""

    def flags(self, node: int) -> int:
        """`NodeFlag`s."""

    def parent(self, node: int) -> int:
        """Around it, -1 for modules."""

    def language(self, node: int) -> str:
        """Of its file."""

    def file_of(self, node: int) -> int:
        """Number of its file."""

    def byte_span(self, node: int) -> tuple[int, int]:
        """In its file."""

    def qualified_name(self, node: int) -> str:
        """In dots."""

    def signature(self, node: int) -> str:
        """The head as written."""

    def documentation(self, node: int) -> str:
        """What is said of it."""

    def neighbours(
        self, node: int, kind: EdgeKind, direction: Literal["out", "in"], resolution: Literal["exact", "inferred", "all"] = ...
    ) -> list[int]:
        """Nodes at the other end."""


class Analyst:
    """Analysis over one generation."""

    def __init__(self, graph: AnalyzedGraph, searcher: Searcher, text: TextStore) -> None:
        self._graph = graph
        self._searcher = searcher
        self._text = text

    def analyze(
        self,
        question: str,
        token_budget: int,
        language: str | None = None,
        kind: str | None = None,
        path: str | None = None,
        measure: Measure = estimate_tokens,
        render: Render | None = None,
        skip: int = 0,
    ) -> Analysis:
        """What the index has to say, in at most `token_budget` tokens by `measure`, headings included, each part said
        by `render`. `skip`: leave out what so many answers of this size before it have said.

        Raises `QueryError` for a question or a filter that cannot be understood and for a budget out of its range.
        """
        check_budget(token_budget)
        wanted = min(_MOST_HITS, max(_HITS, token_budget // _TOKENS_A_HIT))
        found = [
            (hit, self._node(hit)) for hit in self._searcher.search(question, wanted, "hybrid", language, kind, path, flat=True)
        ]
        hits = [self._hit(hit, node) for hit, node in found]
        related = list(self._around([node for _, node in found[:_EXPANDED]]))
        title = f"# {question[:_QUESTION_CHARS]}\n" if token_budget >= 10 * LEAST_BUDGET else ""
        packed = Packer(title, token_budget, measure, render).pack(hits, related)
        for _ in range(skip):
            hits, related = packed.rest(hits), packed.rest(related)
            packed = Packer(title, token_budget, measure, render).pack(hits, related)
        return Analysis(question, token_budget, packed.tokens, packed.text, packed.parts, packed.left_out)

    def _node(self, hit: SearchHit) -> int:
        """The node of a hit: its name, file and line tell it from others of the same name."""
        graph = self._graph
        named = graph.find(hit.symbol)
        same = [node for node in named if graph.path(node) == hit.path and graph.lines(node)[0] == hit.start_line]
        return next((node for node in same if graph.kind(node).word == hit.kind), same[0] if same else named[0])

    def _hit(self, hit: SearchHit, node: int) -> Candidate:
        return self._candidate(node, "", "", hit.snippet)

    def _around(self, nodes: Iterable[int]) -> Iterator[Candidate]:
        """Parents, callees and callers of these nodes, each once, nearest first."""
        graph, seen = self._graph, set(nodes)
        for node in nodes:
            name = graph.qualified_name(node)
            parent = graph.parent(node)
            around = [("parent of", parent)] if parent >= 0 and graph.kind(parent) is not NodeKind.MODULE else []
            around += [("called by", callee) for callee in self._relatives(node, "out")]
            around += [("caller of", caller) for caller in self._relatives(node, "in")]
            for role, other in around:
                if other not in seen:
                    seen.add(other)
                    yield self._candidate(other, role, name, "")

    def _relatives(self, node: int, direction: Literal["out", "in"]) -> list[int]:
        """Some of those that it calls, or that call it: code before tests."""
        graph = self._graph
        found = [other for other in graph.neighbours(node, EdgeKind.CALLS, direction, "inferred") if other < graph.definition_count]
        return sorted(found, key=lambda other: (graph.flags(other) & NodeFlag.TEST, other))[:_RELATIVES]

    def _candidate(self, node: int, role: str, of: str, snippet: str) -> Candidate:
        graph = self._graph
        start_line, end_line = graph.lines(node)
        part = ContextPart(
            symbol=graph.qualified_name(node),
            kind=graph.kind(node).word,
            path=graph.path(node),
            start_line=start_line,
            end_line=end_line,
            language=graph.language(node),
            role=role,
            of=of,
        )
        forms = [("whole", lambda: self._source(node)), ("head", lambda: self._head(node))]
        if snippet:
            forms.append(("fragment", lambda: snippet))
        return Candidate(node, part, tuple(forms), frozenset(self._parents(node)))

    def _parents(self, node: int) -> Iterator[int]:
        parent = self._graph.parent(node)
        while parent >= 0:
            yield parent
            parent = self._graph.parent(parent)

    def _source(self, node: int) -> str:
        """The whole definition; empty when it is so long that it is no answer."""
        start, end = self._graph.byte_span(node)
        if end - start > _LARGEST_BYTES:
            return ""
        return self._text.slice(self._graph.file_of(node), start, end).decode("utf-8", "replace").rstrip()

    def _head(self, node: int) -> str:
        """Signature and the first line of what is said of it."""
        said = self._graph.documentation(node).strip().partition("\n")[0].strip()
        return "\n".join(line for line in (self._graph.signature(node).strip(), said) if line)


def check_budget(token_budget: object) -> None:
    """Raise `QueryError` for what is no budget."""
    is_number = isinstance(token_budget, int) and not isinstance(token_budget, bool)
    if not is_number or not LEAST_BUDGET <= token_budget <= MOST_BUDGET:  # type: ignore[operator]
        raise QueryError(f"token_budget is {token_budget!r}; it must be a whole number from {LEAST_BUDGET} to {MOST_BUDGET}")
