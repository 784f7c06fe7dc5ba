"""Answers a question with code: the places that answer it, and what stands around them in the graph, within a budget of tokens.

Not a language model: it gathers, it does not conclude. Reads one pinned generation. Invariant: the same question with the same
budget on the same generation gives the same answer.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple, Protocol

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.model import Analysis, ContextPart, FurtherPlace, NodeFlag, NodeKind, SearchHit
from lepasserelle.query.context import DEEP, Candidate, Measure, Packer, Render
from lepasserelle.query.passages import PASSAGE_LINES, passage
from lepasserelle.query.seams import TextStore
from lepasserelle.query.searcher import Searcher
from lepasserelle.query.tokens import estimate_tokens

LEAST_BUDGET: Final = 80
"""What the smallest page leaves beside what it must say of itself; a caller's own is larger (`leindex.needs`)."""
_TITLED_BUDGET: Final = 1000
MOST_BUDGET: Final = 1_000_000
_HITS: Final = 12
_TOKENS_A_HIT: Final = 400
_MOST_HITS: Final = 60
_NEAR: Final = 12
_TOKENS_A_NEAR: Final = 100
_MOST_NEAR: Final = 60
_LEAST_SHARE: Final = 1 / 4000
"""How precise nearness is; 10 000 edges at most are looked at."""

_TEST_VALUE: Final = 0.3
"""What a test is worth beside code as near, where the search has not found it."""

_FURTHER_VALUE: Final = 0.8
"""What each further candidate of a file is worth beside the one before."""

_FURTHER_SCORE: Final = 0.5
"""What a further place of a file is taken to score beside its hit: the search tells of none that scores less than 0.4 of it."""

_LARGEST_BYTES: Final = 1 << 16
_QUESTION_CHARS: Final = 200


class _Found(NamedTuple):
    """What the search gave."""

    node: int
    score: float
    rank: int
    """Of its file, from 0."""
    line: int
    """The one that tells most, below the first; 0 for none."""
    snippet: str = ""
    """Empty of a further place of a file."""


class Near(Protocol):
    """A node that is near."""

    @property
    def node(self) -> int:
        """Its number."""

    @property
    def share(self) -> float:
        """How near."""

    @property
    def role(self) -> str:
        """What it is to `of`."""

    @property
    def of(self) -> int:
        """The node that it was reached from."""


class Nearness(Protocol):
    """Nodes that are near."""

    @property
    def nodes(self) -> Sequence[Near]:
        """Nearest first."""


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

    def nearness(self, starts: Mapping[int, float], least: float) -> Nearness:
        """What is near some nodes in the graph."""


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
        hits = self._searcher.search(question, wanted, "hybrid", language, kind, path, steps=(wanted,), brief=True)
        found = self._found(question, hits)
        title = f"# {question[:_QUESTION_CHARS]}\n" if token_budget >= _TITLED_BUDGET else ""
        if not found:
            text = f"{title}nothing found\n"
            return Analysis(question, token_budget, measure(text), text, ())
        candidates = self._candidates(found, max(_NEAR, min(_MOST_NEAR, token_budget // _TOKENS_A_NEAR)))
        packed = Packer(title, token_budget, measure, render).pack(candidates)
        for _ in range(skip):
            candidates = packed.rest(candidates)
            packed = Packer(title, token_budget, measure, render).pack(candidates)
        return Analysis(question, token_budget, packed.tokens, packed.text, packed.parts, packed.left_out)

    def _found(self, question: str, hits: Sequence[SearchHit]) -> list[_Found]:
        """The hits; of the best ones also the further places of their files, which may be what answers: a method of a class."""
        found = []
        for rank, hit in enumerate(hits):
            found.append(_Found(self._node(hit, hit.path), hit.score, rank, hit.line_below or 0, hit.snippet))
            further = [place for place in hit.also if not place.path] if rank < DEEP else []
            if further:
                nodes = [self._node(place, hit.path) for place in further]
                lines = self._searcher.telling_lines(question, nodes)
                found += [
                    _Found(node, _FURTHER_SCORE * hit.score, rank, line if line > place.start_line else 0)
                    for place, node, line in zip(further, nodes, lines, strict=True)
                ]
        return found

    def _node(self, place: SearchHit | FurtherPlace, path: str) -> int:
        """The node of a hit: its name, file and line tell it from others of the same name."""
        graph = self._graph
        named = graph.find(place.symbol)
        same = [node for node in named if graph.path(node) == path and graph.lines(node)[0] == place.start_line]
        return next((node for node in same if graph.kind(node).word == place.kind), same[0] if same else named[0])

    def _candidates(self, found: Sequence[_Found], most_near: int) -> list[Candidate]:
        """What was found, best first, then what is near to it in the graph, nearest first; each is worth how near it is, and what
        was found no less than what the search gave for it. Scores are squared: they lie so close together that size alone would
        choose.
        """
        starts = {one.node: max(one.score, 0.0) ** 2 for one in found}
        total = sum(starts.values()) or 1.0
        nearness = self._graph.nearness(starts, _LEAST_SHARE)
        shares = {near.node: near.share for near in nearness.nodes}
        hits = [self._candidate(one.node, max(shares.get(one.node, 0.0), starts[one.node] / total), found=one) for one in found]
        others = [near for near in nearness.nodes if near.node not in starts][:most_near]
        return _spread([*hits, *(self._candidate(near.node, self._value(near), near=near) for near in others)])

    def _value(self, near: Near) -> float:
        return near.share * (_TEST_VALUE if self._graph.flags(near.node) & NodeFlag.TEST else 1.0)

    def _candidate(self, node: int, value: float, found: _Found | None = None, near: Near | None = None) -> Candidate:
        graph = self._graph
        start_line, end_line = graph.lines(node)
        part = ContextPart(
            symbol=graph.qualified_name(node),
            kind=graph.kind(node).word,
            path=graph.path(node),
            start_line=start_line,
            end_line=end_line,
            language=graph.language(node),
            role=near.role if near else "",
            of=graph.qualified_name(near.of) if near else "",
        )
        forms = [("whole", lambda: self._source(node)), ("head", lambda: self._head(node))]
        if found and found.snippet:
            forms.append(("fragment", lambda: found.snippet))
        if found and found.line:
            forms += [(form, partial(self._passage, node, found.line, lines)) for form, lines in PASSAGE_LINES.items()]
        return Candidate(node, part, tuple(forms), frozenset(self._parents(node)), value, found.rank if found else None)

    def _parents(self, node: int) -> Iterator[int]:
        parent = self._graph.parent(node)
        while parent >= 0:
            yield parent
            parent = self._graph.parent(parent)

    def _source(self, node: int) -> str:
        """The whole definition; empty when it is so long that it is no answer."""
        start, end = self._graph.byte_span(node)
        return "" if end - start > _LARGEST_BYTES else self._text_of(node)

    def _text_of(self, node: int) -> str:
        start, end = self._graph.byte_span(node)
        return self._text.slice(self._graph.file_of(node), start, end).decode("utf-8", "replace").rstrip()

    def _passage(self, node: int, line: int, lines: int) -> str:
        """The head, and so many lines around the one that tells most of what was asked."""
        return passage(self._head(node), self._text_of(node), self._graph.lines(node)[0], line, lines)

    def _head(self, node: int) -> str:
        """Signature and the first line of what is said of it."""
        said = self._graph.documentation(node).strip().partition("\n")[0].strip()
        return "\n".join(line for line in (self._graph.signature(node).strip(), said) if line)


def _spread(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each further candidate of a file is worth less than it would be, so that one file does not fill the answer."""
    seen: Counter[str] = Counter()
    found = []
    for one in candidates:
        found.append(msgspec.structs.replace(one, value=one.value * _FURTHER_VALUE ** seen[one.part.path]))
        seen[one.part.path] += 1
    return found


def check_budget(token_budget: object) -> None:
    """Raise `QueryError` for what is no budget."""
    is_number = isinstance(token_budget, int) and not isinstance(token_budget, bool)
    if not is_number or not LEAST_BUDGET <= token_budget <= MOST_BUDGET:  # type: ignore[operator]
        raise QueryError(f"token_budget is {token_budget!r}; it must be a whole number from {LEAST_BUDGET} to {MOST_BUDGET}")
